# Measures C files: sizes and shapes, for tests/course.sh.
#
#   awk -v copies="FILE ..." -f tests/measure.awk FILE...
#
# Prints a line for each thing that breaks a rule (the files named as copies
# only count), then "median LESSON LINES" for each lesson. A function counts
# from its first line to its last brace. Any awk will do that counts bytes.

function complain(line, what) {
    if (!(file in is_copy))
        print file ":" line ": " what
}

# The line without its comments, and with 0 in place of each string.
function bare(line,    out, token) {
    out = ""
    for (;;) {
        if (in_comment) {
            if (!match(line, /\*\//))
                return out
            in_comment = 0
        } else {
            if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/[*\/]/))
                return out line
            token = substr(line, RSTART, 2)
            out = out substr(line, 1, RSTART - 1)
            if (token == "//")
                return out
            if (token == "/*")
                in_comment = 1
            else
                out = out "0"
        }
        line = substr(line, RSTART + RLENGTH)
    }
}

function directive(code) {
    if (code ~ /^[ \t]*#[ \t]*define[ \t]+[A-Za-z0-9_]+\(/)
        complain(FNR, "a macro with arguments")
    if (code ~ /^[ \t]*#[ \t]*(if|el)/ && code !~ /#ifndef MAX_MESSAGE$/)
        if (++conditions > 1 || code !~ /#ifndef [A-Z0-9_]+_H$/)
            complain(FNR, "an #if that is no include guard")
}

function function_ends(    lines, most) {
    lines = FNR - start + 1
    most = lesson && head ~ /^int main\(/ ? 20 : 50
    if (lines > most)
        complain(start, "a function of " lines " lines, at most " most)
    if (lesson)
        length_of[lesson, ++functions[lesson]] = lines
}

# Follows the braces. head: what has come, outside of them, since the last
# declaration ended; a function is one that has ")" before its "{".
function follow(code,    mark) {
    while (match(code, /[{};]/)) {
        mark = substr(code, RSTART, 1)
        take_head(substr(code, 1, RSTART - 1))
        code = substr(code, RSTART + 1)
        if (mark == "{") {
            if (depth++ == 0)
                in_function = head ~ /\)[ \t]*$/ && head !~ /=/
            if (depth == 5 && in_function)
                complain(FNR, "braces more than 4 deep")
        } else if (mark == "}" && --depth == 0 && in_function) {
            function_ends()
            head = ""
        } else if (mark == ";" && depth == 0) {
            head = ""
        }
    }
    take_head(code)
}

function take_head(code) {
    if (depth > 0)
        return
    if (head == "") {
        sub(/^[ \t]+/, "", code)
        start = FNR
    }
    head = head code
}

function file_ends(    most) {
    most = lesson && file ~ /\/main\.c$/ ? 150 : 300
    if (size > most)
        complain(size, "a file of " size " lines, at most " most)
    total[lesson] += size
}

function median(lesson,    n, i, j, x) {
    n = functions[lesson]
    for (i = 2; i <= n; i++) {
        x = length_of[lesson, i]
        for (j = i; j > 1 && length_of[lesson, j - 1] > x; j--)
            length_of[lesson, j] = length_of[lesson, j - 1]
        length_of[lesson, j] = x
    }
    return length_of[lesson, int((n + 1) / 2)]
}

BEGIN {
    split(copies, list)
    for (i in list)
        is_copy[list[i]] = 1
    most_in["01-polling"] = 1975     # wished for: 1200
    most_in["06-socketio-lite"] = 5170 # wished for: 3200
}

FNR == 1 {
    file_ends()
    file = FILENAME
    lesson = file ~ /^[0-9][0-9]-/ ? substr(file, 1, index(file, "/") - 1) : ""
    conditions = depth = in_comment = in_function = 0
    head = ""
}

{
    size = FNR
    wide = $0
    gsub(/[\200-\277]/, "", wide)   # what follows the first byte of a character
    if (length(wide) > 80)
        complain(FNR, length(wide) " columns, at most 80")
    code = bare($0)
    if (code ~ /^[ \t]*#/) {
        if (lesson)
            directive(code)
    } else {
        if (lesson && code ~ /typedef[ \t]+(struct|union)[^(]*$/)
            complain(FNR, "a typedef of a struct")
        follow(code)
    }
}

END {
    file_ends()
    for (lesson in most_in)
        if (total[lesson] > most_in[lesson])
            print lesson ": " total[lesson] " lines, at most " most_in[lesson]
    for (lesson in functions) {
        if (median(lesson) > 15)
            print lesson ": half the functions have " median(lesson) \
                " lines or more, at most 15"
    }
}
