/* files.h - static files below server.folder: express.static. */
#ifndef FILES_H
#define FILES_H

#include "http.h"

void files_get(struct conn *c, const struct request *r);

#endif
