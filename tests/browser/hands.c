/* Hands and eyes for a tab. Read from the end. */
#include "hands.h"
#include "chrome.h"
#include "json_peek.h"
#include "tab.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Hands ---- */

void tab_type(struct tab *tab, const char *text)
{
    char *quoted = json_quote(text);

    chrome_must(tab->session, "Input.insertText", "\"text\":%s", quoted);
    free(quoted);
}

void tab_enter(struct tab *tab)
{
    const char *key = "\"type\":\"%s\",\"key\":\"Enter\",\"code\":\"Enter\","
                      "\"windowsVirtualKeyCode\":13,\"text\":\"\\r\"";

    chrome_must(tab->session, "Input.dispatchKeyEvent", key, "keyDown");
    chrome_must(tab->session, "Input.dispatchKeyEvent", key, "keyUp");
}

void tab_click(struct tab *tab, const char *js)
{
    static const char *const acts[] = {"mousePressed", "mouseReleased"};
    double x, y;

    tab_text(tab, "(%s).scrollIntoView({ block: 'center' }), ''", js);
    x = tab_number(tab,
                   "(r => r.x + r.width / 2)"
                   "((%s).getBoundingClientRect())",
                   js);
    y = tab_number(tab,
                   "(r => r.y + r.height / 2)"
                   "((%s).getBoundingClientRect())",
                   js);
    for (int i = 0; i < 2; i++)
        chrome_must(tab->session, "Input.dispatchMouseEvent",
                    "\"type\":\"%s\",\"x\":%f,\"y\":%f,\"button\":\"left\","
                    "\"clickCount\":1",
                    acts[i], x, y);
}

/* ---- Eyes ---- */

void tab_resize(struct tab *tab, int width, int height)
{
    chrome_must(tab->session, "Emulation.setDeviceMetricsOverride",
                "\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,"
                "\"mobile\":false",
                width, height);
}

void tab_scheme(struct tab *tab, const char *light_or_dark)
{
    chrome_must(tab->session, "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\","
                "\"value\":\"%s\"}]",
                light_or_dark);
}

/* Base64 of RFC 4648, which the browser writes without faults. */
static void write_base64(FILE *file, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned long bits = 0;
    const char *digit;

    for (int n = 1; (digit = strchr(digits, *text)) != NULL && *text; n++) {
        bits = bits << 6 | (unsigned long)(digit - digits);
        if (n % 4 != 1)
            putc((int)(bits >> (6 - 2 * ((n - 1) % 4)) & 0xFF), file);
        text++;
    }
}

void tab_shot(struct tab *tab, const char *name, ...)
{
    const char *dir = getenv("SHOTS"), *answer;
    char path[512];
    va_list args;
    FILE *file;
    int n;

    if (dir == NULL || *dir == '\0')
        return;
    n = snprintf(path, sizeof path, "%s/", dir);
    va_start(args, name);
    vsnprintf(path + n, sizeof path - (size_t)n, name, args);
    va_end(args);
    strncat(path, ".png", sizeof path - strlen(path) - 1);
    answer = chrome_must(tab->session, "Page.captureScreenshot",
                         "\"format\":\"png\"");
    file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "cannot write %s", path);
    write_base64(file, json_peek(answer, "result.data") + 1);
    fclose(file);
}
