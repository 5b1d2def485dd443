#pragma once

/* Set when an allocation fails. */
extern int exhausted;
