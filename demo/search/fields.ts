/** Something that can be seen in a photograph, and where: parts of its width and height, 0 to 1. */
export interface Feature {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** A photograph cut into fields, each of which is one of the tiles it is stored in at full resolution. */
export interface Fields {
  readonly id: string;
  /** Columns and rows of tiles that are worth a look, counted from 0, the last one included. */
  readonly columns: readonly [first: number, last: number];
  readonly rows: readonly [first: number, last: number];
  readonly features: readonly Feature[];
}

/** The Moon's picture is an equirectangular map around 0° N 0° E. */
const onMoon = (name: string, north: number, east: number): Feature => ({
  name,
  x: 0.5 + east / 360,
  y: 0.5 - north / 180,
});

/** All fields are whole tiles: what an edge cuts off is left out. */
export const fields: readonly Fields[] = [
  {
    id: 'world-1689',
    columns: [0, 9],
    rows: [0, 4],
    features: [
      { name: 'California', x: 0.12, y: 0.31 },
      { name: 'Hudson Bay', x: 0.28, y: 0.12 },
      { name: 'the Caribbean', x: 0.27, y: 0.42 },
      { name: 'Brazil', x: 0.36, y: 0.55 },
      { name: 'Tierra del Fuego', x: 0.28, y: 0.79 },
      { name: 'Scandinavia', x: 0.55, y: 0.15 },
      { name: 'the Mediterranean', x: 0.53, y: 0.29 },
      { name: 'West Africa', x: 0.49, y: 0.41 },
      { name: 'the Cape of Good Hope', x: 0.57, y: 0.67 },
      { name: 'Madagascar', x: 0.65, y: 0.6 },
      { name: 'Arabia', x: 0.63, y: 0.38 },
      { name: 'India', x: 0.74, y: 0.41 },
      { name: 'China', x: 0.84, y: 0.3 },
      { name: 'the East Indies', x: 0.87, y: 0.53 },
      { name: 'New Holland', x: 0.9, y: 0.62 },
      { name: 'the title', x: 0.68, y: 0.88 },
    ],
  },
  { id: 'behaim-globe', columns: [0, 9], rows: [0, 4], features: [] },
  {
    id: 'moon',
    columns: [0, 7],
    rows: [0, 3],
    features: [
      onMoon('Mare Imbrium', 33, -16),
      onMoon('Copernicus', 10, -20),
      onMoon('Plato', 52, -9),
      onMoon('Mare Serenitatis', 28, 18),
      onMoon('Mare Tranquillitatis', 9, 31),
      onMoon('Mare Crisium', 17, 59),
      onMoon('Mare Fecunditatis', -8, 51),
      onMoon('Mare Nectaris', -15, 35),
      onMoon('Tycho', -43, -11),
      onMoon('Mare Nubium', -21, -17),
      onMoon('Mare Humorum', -24, -39),
      onMoon('Oceanus Procellarum', 20, -57),
      onMoon('Aristarchus', 24, -47),
      onMoon('Kepler', 8, -38),
      onMoon('Mare Frigoris', 56, 1),
      onMoon('Mare Orientale', -19, -93),
      onMoon('Mare Moscoviense', 27, 148),
      onMoon('Tsiolkovskiy', -20, 129),
      onMoon('Giordano Bruno', 36, 103),
      onMoon('Mare Ingenii', -34, 164),
    ],
  },
  {
    id: 'nuthatch',
    columns: [0, 5],
    rows: [0, 5],
    features: [
      { name: 'the bird’s tail', x: 0.43, y: 0.4 },
      { name: 'the bird', x: 0.46, y: 0.56 },
    ],
  },
  {
    id: 'dandelions',
    columns: [0, 9],
    rows: [1, 4],
    features: [{ name: 'the seed head', x: 0.29, y: 0.35 }],
  },
  {
    id: 'picos-de-europa',
    columns: [0, 11],
    rows: [2, 8],
    features: [
      { name: 'the summit', x: 0.65, y: 0.27 },
      { name: 'the path', x: 0.3, y: 0.85 },
    ],
  },
];
