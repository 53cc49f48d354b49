namespace Lateen.Api.Text;

using System.Globalization;
using System.Text;

/// <summary>Reads one RE2 expression from left to right and writes the same in .NET's syntax.</summary>
internal sealed class Re2Translator(string source)
{
    // RE2's own bound.
    private const int MaxRepeat = 1000;
    private const int MaxDepth = 200;

    private readonly StringBuilder _output = new();
    private readonly Stack<Flags> _groups = new();
    private Flags _flags;
    private int _at;
    private bool _canRepeat;
    private string _error = "";

    public string Pattern => _output.ToString();

    public bool TryTranslate(out string error)
    {
        while (_error.Length == 0 && _at < source.Length)
        {
            ReadNext();
        }

        if (_error.Length == 0 && _groups.Count > 0)
        {
            _error = "missing )";
        }

        error = _error;
        return error.Length == 0;
    }

    private void ReadNext()
    {
        char c = source[_at];
        switch (c)
        {
            case '(':
                OpenGroup();
                break;
            case ')':
                CloseGroup();
                break;
            case '|':
                _at++;
                _output.Append('|');
                _canRepeat = false;
                break;
            case '[':
                ReadClass();
                break;
            case '\\':
                ReadEscape();
                break;
            case '*' or '+' or '?':
                _at++;
                Repeat(c.ToString());
                break;
            case '{':
                ReadCountedRepeat();
                break;
            case '.':
                // RE2's dot is any character but \n, or any at all with the flag s; written out, so no .NET option matters.
                _at++;
                Atom(_flags.DotMatchesNewline ? @"[\u0000-\uffff]" : @"[^\n]");
                break;
            case '^':
                _at++;
                Assertion(_flags.MultiLine ? "(?m:^)" : @"\A");
                break;
            case '$':
                // .NET's own $ also matches before a final \n.
                _at++;
                Assertion(_flags.MultiLine ? "(?m:$)" : @"\z");
                break;
            default:
                _at++;
                Atom(Re2Class.Escape(c));
                break;
        }
    }

    private void OpenGroup()
    {
        if (_groups.Count >= MaxDepth)
        {
            _error = $"groups are nested deeper than {MaxDepth}";
            return;
        }

        if (!StartsWith("(?"))
        {
            _at++;
            Push("(");
            return;
        }

        if (StartsWith("(?P<") || (StartsWith("(?<") && !StartsWith("(?<=") && !StartsWith("(?<!")))
        {
            ReadGroupName();
            return;
        }

        if (StartsWith("(?=") || StartsWith("(?!") || StartsWith("(?<"))
        {
            _error = "RE2 has no look-ahead or look-behind";
            return;
        }

        ReadFlags();
    }

    // Names are dropped: .NET numbers named groups after all others, RE2 in order.
    private void ReadGroupName()
    {
        int start = source.IndexOf('<', _at) + 1;
        int end = source.IndexOf('>', start);
        string name = end < 0 ? "" : source[start..end];
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            _error = "bad group name";
            return;
        }

        _at = end + 1;
        Push("(");
    }

    private void ReadFlags()
    {
        Flags flags = _flags;
        bool on = true;
        int i = _at + 2;
        var caseFlag = "";
        for (; i < source.Length && source[i] is not ':' and not ')'; i++)
        {
            switch (source[i])
            {
                case '-' when on:
                    on = false;
                    break;
                case 'i':
                    caseFlag = on ? "i" : "-i";
                    break;
                case 'm':
                    flags = flags with { MultiLine = on };
                    break;
                case 's':
                    flags = flags with { DotMatchesNewline = on };
                    break;
                case 'U':
                    flags = flags with { Ungreedy = on };
                    break;
                default:
                    _error = $"unknown group (?{source[i]}";
                    return;
            }
        }

        if (i >= source.Length)
        {
            _error = "missing )";
            return;
        }

        bool isGroup = source[i] == ':';
        _at = i + 1;
        if (isGroup)
        {
            Push($"(?{caseFlag}:");
            _flags = flags;
            return;
        }

        _flags = flags;
        _output.Append(caseFlag.Length > 0 ? $"(?{caseFlag})" : "");
        _canRepeat = false;
    }

    private void Push(string opening)
    {
        _groups.Push(_flags);
        _output.Append(opening);
        _canRepeat = false;
    }

    private void CloseGroup()
    {
        if (!_groups.TryPop(out _flags))
        {
            _error = "unexpected )";
            return;
        }

        _at++;
        Atom(")");
    }

    private void ReadClass()
    {
        var reader = new Re2Class(source, _at);
        if (reader.TryRead(out string text, out int next, out _error))
        {
            _at = next;
            Atom(text);
        }
    }

    private void ReadEscape()
    {
        if (_at + 1 >= source.Length)
        {
            _error = @"trailing \";
            return;
        }

        char c = source[_at + 1];
        switch (c)
        {
            case 'Q':
                ReadQuoted();
                return;
            case 'A':
                _at += 2;
                Assertion(@"\A");
                return;
            case 'z':
                _at += 2;
                Assertion(@"\z");
                return;
            case 'b' or 'B':
                _error = $@"\{c} is not supported: word boundaries differ between RE2 and this engine";
                return;
            case 'C':
                _error = @"\C is not supported: text is matched by characters, not bytes";
                return;
        }

        if (Re2Class.TryReadShorthand(source, ref _at, out string items, out bool negated, out _error))
        {
            Atom($"[{(negated ? "^" : "")}{items}]");
        }
        else if (_error.Length == 0 && Re2Class.TryReadEscapedCharacter(source, ref _at, out int rune, out _error))
        {
            Atom(rune > char.MaxValue ? $"(?:{Re2Class.EscapeAll(char.ConvertFromUtf32(rune))})" : Re2Class.Escape((char)rune));
        }
    }

    private void ReadQuoted()
    {
        int end = source.IndexOf(@"\E", _at + 2, StringComparison.Ordinal);
        string literal = end < 0 ? source[(_at + 2)..] : source[(_at + 2)..end];
        _at = end < 0 ? source.Length : end + 2;
        foreach (char c in literal)
        {
            Atom(Re2Class.Escape(c));
        }
    }

    private void ReadCountedRepeat()
    {
        int close = source.IndexOf('}', _at);
        string body = close < 0 ? "" : source[(_at + 1)..close];
        string[] parts = body.Split(',');
        bool endFits = parts.Length == 1 || (parts.Length == 2 && (parts[1].Length == 0 || IsCount(parts[1])));
        bool isRepeat = endFits && IsCount(parts[0]);
        if (!isRepeat)
        {
            _at++;
            Atom(@"\{");
            return;
        }

        int least = Count(parts[0]);
        int most = parts.Length == 2 && parts[1].Length > 0 ? Count(parts[1]) : least;
        if (least > MaxRepeat || most > MaxRepeat || most < least)
        {
            _error = $"bad repeat {{{body}}}: counts go up to {MaxRepeat}, the smaller first";
            return;
        }

        _at = close + 1;
        Repeat($"{{{body}}}");
    }

    private static bool IsCount(string text) => text.Length is > 0 and <= 6 && text.All(char.IsAsciiDigit);

    private static int Count(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private void Repeat(string quantifier)
    {
        if (!_canRepeat)
        {
            _error = $"nothing to repeat before {quantifier}";
            return;
        }

        bool lazy = _at < source.Length && source[_at] == '?';
        _at += lazy ? 1 : 0;
        _output.Append(quantifier).Append(lazy != _flags.Ungreedy ? "?" : "");

        // RE2 refuses a repeat of a repeat such as a**.
        _canRepeat = false;
    }

    private void Atom(string text)
    {
        _output.Append(text);
        _canRepeat = true;
    }

    private void Assertion(string text)
    {
        _output.Append(text);
        _canRepeat = false;
    }

    private bool StartsWith(string text) => source.AsSpan(_at).StartsWith(text);

    private readonly record struct Flags(bool MultiLine, bool DotMatchesNewline, bool Ungreedy);
}
