/** Every key of `cantaloupe.properties.sample`, of version 5.0.6 and of the branch of version 6. */
export const CANTALOUPE_OPTIONS: readonly string[] = `
  AzureStorageCache.account_key AzureStorageCache.account_name AzureStorageCache.container_name
  AzureStorageCache.object_key_prefix AzureStorageSource.account_key AzureStorageSource.account_name
  AzureStorageSource.chunking.cache.enabled AzureStorageSource.chunking.cache.max_size
  AzureStorageSource.chunking.chunk_size AzureStorageSource.chunking.enabled AzureStorageSource.container_name
  AzureStorageSource.lookup_strategy FfmpegProcessor.path_to_binaries FilesystemCache.dir.depth
  FilesystemCache.dir.name_length FilesystemCache.pathname FilesystemSource.BasicLookupStrategy.path_prefix
  FilesystemSource.BasicLookupStrategy.path_suffix FilesystemSource.lookup_strategy GrokProcessor.path_to_binaries
  HeapCache.persist HeapCache.persist.filesystem.pathname HeapCache.target_size
  HttpSource.BasicLookupStrategy.auth.basic.secret HttpSource.BasicLookupStrategy.auth.basic.username
  HttpSource.BasicLookupStrategy.send_head_requests HttpSource.BasicLookupStrategy.url_prefix
  HttpSource.BasicLookupStrategy.url_suffix HttpSource.allow_insecure HttpSource.chunking.cache.enabled
  HttpSource.chunking.cache.max_size HttpSource.chunking.chunk_size HttpSource.chunking.enabled
  HttpSource.lookup_strategy HttpSource.proxy.http.host HttpSource.proxy.http.port HttpSource.request_timeout
  JdbcCache.connection_timeout JdbcCache.derivative_image_table JdbcCache.info_table JdbcCache.password
  JdbcCache.url JdbcCache.user JdbcSource.connection_timeout JdbcSource.password JdbcSource.url JdbcSource.user
  OpenJpegProcessor.path_to_binaries RedisCache.database RedisCache.host RedisCache.password RedisCache.port
  RedisCache.ssl S3Cache.access_key_id S3Cache.bucket.name S3Cache.endpoint S3Cache.object_key_prefix
  S3Cache.region S3Cache.secret_key S3Source.BasicLookupStrategy.bucket.name
  S3Source.BasicLookupStrategy.path_prefix S3Source.BasicLookupStrategy.path_suffix S3Source.access_key_id
  S3Source.chunking.cache.enabled S3Source.chunking.cache.max_size S3Source.chunking.chunk_size
  S3Source.chunking.enabled S3Source.endpoint S3Source.lookup_strategy S3Source.region S3Source.secret_key
  base_uri cache.client.enabled cache.client.max_age cache.client.must_revalidate cache.client.no_cache
  cache.client.no_store cache.client.no_transform cache.client.private cache.client.proxy_revalidate
  cache.client.public cache.client.shared_max_age cache.server.derivative cache.server.derivative.enabled
  cache.server.derivative.ttl_seconds cache.server.info.enabled cache.server.purge_missing
  cache.server.resolve_first cache.server.source cache.server.source.ttl_seconds cache.server.worker.enabled
  cache.server.worker.interval delegate_script.enabled delegate_script.pathname endpoint.admin.enabled
  endpoint.admin.secret endpoint.admin.username endpoint.api.enabled endpoint.api.secret endpoint.api.username
  endpoint.health.dependency_check endpoint.health.enabled endpoint.iiif.1.enabled endpoint.iiif.2.enabled
  endpoint.iiif.3.enabled endpoint.iiif.min_size endpoint.iiif.min_tile_size endpoint.iiif.restrict_to_sizes
  http.accept_queue_limit http.enabled http.host http.max_threads http.min_threads http.port https.enabled
  https.host https.key_password https.key_store_password https.key_store_path https.key_store_type https.port
  log.access.ConsoleAppender.enabled log.access.FileAppender.enabled log.access.FileAppender.pathname
  log.access.RollingFileAppender.TimeBasedRollingPolicy.filename_pattern
  log.access.RollingFileAppender.TimeBasedRollingPolicy.max_history log.access.RollingFileAppender.enabled
  log.access.RollingFileAppender.pathname log.access.RollingFileAppender.policy log.access.SyslogAppender.enabled
  log.access.SyslogAppender.facility log.access.SyslogAppender.host log.access.SyslogAppender.port
  log.application.ConsoleAppender.enabled log.application.ConsoleAppender.logstash.enabled
  log.application.FileAppender.enabled log.application.FileAppender.logstash.enabled
  log.application.FileAppender.pathname
  log.application.RollingFileAppender.TimeBasedRollingPolicy.filename_pattern
  log.application.RollingFileAppender.TimeBasedRollingPolicy.max_history
  log.application.RollingFileAppender.enabled log.application.RollingFileAppender.logstash.enabled
  log.application.RollingFileAppender.pathname log.application.RollingFileAppender.policy
  log.application.SyslogAppender.enabled log.application.SyslogAppender.facility
  log.application.SyslogAppender.host log.application.SyslogAppender.port log.application.level
  log.error.FileAppender.enabled log.error.FileAppender.logstash.enabled log.error.FileAppender.pathname
  log.error.RollingFileAppender.TimeBasedRollingPolicy.filename_pattern
  log.error.RollingFileAppender.TimeBasedRollingPolicy.max_history log.error.RollingFileAppender.enabled
  log.error.RollingFileAppender.logstash.enabled log.error.RollingFileAppender.pathname
  log.error.RollingFileAppender.policy log_error_responses max_pixels max_scale meta_identifier.transformer
  meta_identifier.transformer.StandardMetaIdentifierTransformer.delimiter overlays.BasicStrategy.enabled
  overlays.BasicStrategy.image overlays.BasicStrategy.inset overlays.BasicStrategy.output_height_threshold
  overlays.BasicStrategy.output_width_threshold overlays.BasicStrategy.position overlays.BasicStrategy.string
  overlays.BasicStrategy.string.background.color overlays.BasicStrategy.string.color
  overlays.BasicStrategy.string.font overlays.BasicStrategy.string.font.min_size
  overlays.BasicStrategy.string.font.size overlays.BasicStrategy.string.font.weight
  overlays.BasicStrategy.string.glyph_spacing overlays.BasicStrategy.string.stroke.color
  overlays.BasicStrategy.string.stroke.width overlays.BasicStrategy.type overlays.strategy
  print_stack_trace_on_error_pages processor.ManualSelectionStrategy.avi processor.ManualSelectionStrategy.bmp
  processor.ManualSelectionStrategy.fallback processor.ManualSelectionStrategy.flv
  processor.ManualSelectionStrategy.gif processor.ManualSelectionStrategy.jp2
  processor.ManualSelectionStrategy.jpg processor.ManualSelectionStrategy.mov
  processor.ManualSelectionStrategy.mp4 processor.ManualSelectionStrategy.mpg
  processor.ManualSelectionStrategy.pdf processor.ManualSelectionStrategy.png
  processor.ManualSelectionStrategy.tif processor.ManualSelectionStrategy.webm
  processor.ManualSelectionStrategy.xpm processor.background_color processor.downscale_filter
  processor.downscale_linear processor.dpi processor.fallback_retrieval_strategy processor.imageio.bmp.reader
  processor.imageio.gif.reader processor.imageio.gif.writer processor.imageio.jpg.reader
  processor.imageio.jpg.writer processor.imageio.png.reader processor.imageio.png.writer
  processor.imageio.tif.reader processor.imageio.tif.writer processor.imageio.xpm.reader processor.jpg.progressive
  processor.jpg.quality processor.pdf.max_memory_bytes processor.pdf.scratch_file_enabled
  processor.purge_incompatible_from_source_cache processor.selection_strategy processor.sharpen
  processor.stream_retrieval_strategy processor.tif.compression processor.upscale_filter slash_substitute
  source.delegate source.static temp_pathname
`
  .trim()
  .split(/\s+/);

/** Every key of `loris.conf`, version 3.2.1, and those that the code of its resolvers and authorizers reads besides. */
export const LORIS_OPTIONS: readonly string[] = `
  auth_rules_ext authorized_url cache_dp cache_root cert cookie_secret cookie_service cors_regex delimiter
  dither_bitonal_images enable_caching format head_resolvable id_key ident_regex impl kdu_expand kdu_libs key
  log_dir log_level log_to map_profile_to_srgb max_backups max_size max_size_above_full num_threads opj_decompress
  opj_libs pil_max_image_pixels protected_url proxy_path pw redirect_canonical_image_request
  redirect_id_slash_to_info redirect_target roles_key run_as_group run_as_user salt services_url source_prefix
  source_root source_suffix src_format src_img_root src_img_roots srgb_profile_fp ssl_check target_formats
  templates tmp_dp token_secret token_service uri_resolvable url use_auth_rules use_extra_info use_jwt user www_dp
`
  .trim()
  .split(/\s+/);
