namespace Lateen.Api.Text;

using System.Globalization;
using System.Text;

/// <summary>Reads RE2's character classes and escapes; .NET would read several of them differently without a word.</summary>
internal sealed class Re2Class(string source, int start)
{
    private const string Digit = "0-9";
    private const string Word = "0-9A-Z_a-z";
    private const string Space = @"\t\n\f\r\u0020";

    private static readonly Dictionary<string, (string Items, string Others)> _posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = ("0-9A-Za-z", @"\u0000-/:-@\[-`{-\uffff"),
        ["alpha"] = ("A-Za-z", @"\u0000-@\[-`{-\uffff"),
        ["ascii"] = (@"\u0000-\u007f", @"\u0080-\uffff"),
        ["blank"] = (@"\t\u0020", @"\u0000-\u0008\u000a-\u001f!-\uffff"),
        ["cntrl"] = (@"\u0000-\u001f\u007f", @"\u0020-~\u0080-\uffff"),
        ["digit"] = (Digit, @"\u0000-/:-\uffff"),
        ["graph"] = ("!-~", @"\u0000-\u0020\u007f-\uffff"),
        ["lower"] = ("a-z", @"\u0000-`{-\uffff"),
        ["print"] = (@"\u0020-~", @"\u0000-\u001f\u007f-\uffff"),
        ["punct"] = (@"!-/:-@\[-`{-~", @"\u0000-\u00200-9A-Za-z\u007f-\uffff"),
        ["space"] = (@"\t-\r\u0020", @"\u0000-\u0008\u000e-\u001f!-\uffff"),
        ["upper"] = ("A-Z", @"\u0000-@\[-\uffff"),
        ["word"] = (Word, @"\u0000-/:-@\[-\^`{-\uffff"),
        ["xdigit"] = ("0-9A-Fa-f", @"\u0000-/:-@G-`g-\uffff"),
    };

    // The general categories, which both engines know by the same names. Scripts are unknown to .NET.
    private static readonly HashSet<string> _categories = new(StringComparer.Ordinal)
    {
        "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
    };

    private readonly StringBuilder _items = new();

    public static string Escape(char c) =>
        char.IsAsciiLetterOrDigit(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");

    public static string EscapeAll(string text) => string.Concat(text.Select(Escape));

    public bool TryRead(out string text, out int next, out string error)
    {
        int at = start + 1;
        bool negated = at < source.Length && source[at] == '^';
        at += negated ? 1 : 0;
        error = "";
        bool first = true;
        while (error.Length == 0 && at < source.Length && (first || source[at] != ']'))
        {
            first = false;
            ReadItem(ref at, out error);
        }

        if (error.Length == 0 && at >= source.Length)
        {
            error = "missing ]";
        }

        text = $"[{(negated ? "^" : "")}{_items}]";
        next = at + 1;
        return error.Length == 0;
    }

    private void ReadItem(ref int at, out string error)
    {
        if (source.AsSpan(at).StartsWith("[:"))
        {
            ReadPosix(ref at, out error);
            return;
        }

        if (TryReadShorthand(source, ref at, out string items, out bool negated, out error))
        {
            _items.Append(negated ? Complement(items) : items);
            return;
        }

        if (error.Length > 0 || !TryReadCharacter(ref at, out int low, out error))
        {
            return;
        }

        int high = low;
        bool isRange = at + 1 < source.Length && source[at] == '-' && source[at + 1] != ']';
        if (isRange)
        {
            at++;
            if (!TryReadCharacter(ref at, out high, out error))
            {
                return;
            }
        }

        if (high < low || high > char.MaxValue)
        {
            error = high < low ? "bad range in [ ]" : "characters above U+FFFF are not supported in [ ]";
            return;
        }

        _items.Append(Escape((char)low)).Append(high > low ? "-" + Escape((char)high) : "");
    }

    private void ReadPosix(ref int at, out string error)
    {
        // Behind the "[:": its colon does not end it.
        int end = source.IndexOf(":]", Math.Min(at + 2, source.Length), StringComparison.Ordinal);
        string name = end < 0 ? "" : source[(at + 2)..end];
        bool negated = name.StartsWith('^');
        if (!_posix.TryGetValue(negated ? name[1..] : name, out (string Items, string Others) known))
        {
            error = $"unknown class [:{name}:]";
            return;
        }

        error = "";
        at = end + 2;
        _items.Append(negated ? known.Others : known.Items);
    }

    private bool TryReadCharacter(ref int at, out int rune, out string error)
    {
        if (source[at] == '\\')
        {
            return TryReadEscapedCharacter(source, ref at, out rune, out error);
        }

        error = "";
        rune = source[at];
        at++;
        return true;
    }

    /// <summary>Reads \d, \w, \s (ASCII only in RE2) and \p, with their negations, as the items of a class.</summary>
    public static bool TryReadShorthand(string source, ref int at, out string items, out bool negated, out string error)
    {
        items = error = "";
        negated = false;
        if (source[at] != '\\' || at + 1 >= source.Length)
        {
            return false;
        }

        char c = source[at + 1];
        items = c switch
        {
            'd' or 'D' => Digit,
            'w' or 'W' => Word,
            's' or 'S' => Space,
            _ => "",
        };
        if (items.Length > 0)
        {
            negated = char.IsAsciiLetterUpper(c);
            at += 2;
            return true;
        }

        return c is 'p' or 'P' && TryReadCategory(source, ref at, out items, out error);
    }

    private static bool TryReadCategory(string source, ref int at, out string items, out string error)
    {
        items = error = "";
        bool negated = source[at + 1] == 'P';
        int i = at + 2;
        int end = i < source.Length && source[i] == '{' ? source.IndexOf('}', i) : i;
        if (end < 0 || i >= source.Length)
        {
            error = @"bad \p";
            return false;
        }

        string name = end > i ? source[(i + 1)..end] : source[i].ToString();
        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        if (!_categories.Contains(name))
        {
            error = $@"\p{{{name}}} is not supported: only general categories such as \p{{Lu}} are";
            return false;
        }

        at = end + 1;
        items = $@"\{(negated ? 'P' : 'p')}{{{name}}}";
        return true;
    }

    private static string Complement(string items) => items switch
    {
        Digit => _posix["digit"].Others,
        Word => _posix["word"].Others,
        _ => @"\u0000-\u0008\u000b\u000e-\u001f!-\uffff",   // Perl's white space has no \v
    };

    public static bool TryReadEscapedCharacter(string source, ref int at, out int rune, out string error)
    {
        rune = 0;
        error = "";
        if (at + 1 >= source.Length)
        {
            error = @"trailing \";
            return false;
        }

        char c = source[at + 1];
        if (c == 'x')
        {
            return TryReadHex(source, ref at, out rune, out error);
        }

        if (c is >= '0' and <= '7')
        {
            return TryReadOctal(source, ref at, out rune, out error);
        }

        rune = c switch
        {
            'a' => 7,
            'f' => 12,
            't' => 9,
            'n' => 10,
            'r' => 13,
            'v' => 11,
            _ when c < 128 && !char.IsAsciiLetterOrDigit(c) => c,
            _ => -1,
        };
        error = rune < 0 ? $@"unknown escape \{c}" : "";
        at += 2;
        return rune >= 0;
    }

    private static bool TryReadHex(string source, ref int at, out int rune, out string error)
    {
        int i = at + 2;
        bool braces = i < source.Length && source[i] == '{';
        int end = braces ? source.IndexOf('}', i) : i + 2;
        string digits = end < 0 || end > source.Length ? "" : source[(braces ? i + 1 : i)..end];
        bool ok = int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out rune)
            && rune is >= 0 and <= 0x10FFFF and not (>= 0xD800 and <= 0xDFFF);
        error = ok ? "" : @"bad \x";
        at = braces ? end + 1 : end;
        return ok;
    }

    // \0 and \123 are characters; \1 to \9 alone would be back-references, which RE2 has not.
    private static bool TryReadOctal(string source, ref int at, out int rune, out string error)
    {
        rune = 0;
        int i = at + 1;
        while (i < source.Length && i < at + 4 && source[i] is >= '0' and <= '7')
        {
            rune = (rune * 8) + (source[i] - '0');
            i++;
        }

        bool isReference = i == at + 2 && source[at + 1] != '0';
        error = isReference ? "RE2 has no back-references" : "";
        at = i;
        return !isReference;
    }
}
