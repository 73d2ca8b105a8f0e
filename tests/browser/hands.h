#ifndef HANDS_H
#define HANDS_H

/* Hands on a tab's keyboard, mouse and window, and a camera before it. */
struct tab;

void tab_type(struct tab *tab, const char *text); /* where the focus is */
void tab_enter(struct tab *tab);                  /* the key */
void tab_click(struct tab *tab, const char *js);  /* amid that element */

void tab_resize(struct tab *tab, int width, int height);
void tab_scheme(struct tab *tab, const char *light_or_dark);

/* With SHOTS=DIR in the environment, a picture of the tab: DIR/NAME.png. */
void tab_shot(struct tab *tab, const char *name, ...);

#endif
