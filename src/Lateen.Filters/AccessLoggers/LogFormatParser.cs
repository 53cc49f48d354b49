namespace Lateen.Filters.AccessLoggers;

using System.Globalization;

/// <summary>Compiles a format string into operators, once; an unknown operator is a configuration error.</summary>
internal static class LogFormatParser
{
    /// <exception cref="FormatException">The message names the operator and what is wrong with it.</exception>
    public static LogOperator[] Parse(string format)
    {
        var operators = new List<LogOperator>();
        int position = 0;
        while (position < format.Length)
        {
            int start = format.IndexOf('%', position);
            if (start < 0)
            {
                operators.Add(new LiteralOperator(format[position..]));
                break;
            }

            if (start > position)
            {
                operators.Add(new LiteralOperator(format[position..start]));
            }

            int end = EndOfOperator(format, start);
            string body = format[(start + 1)..end];
            operators.Add(body.Length == 0 ? new LiteralOperator("%") : Operator(body));
            position = end + 1;
        }

        return [.. operators];
    }

    // A '%' inside parentheses belongs to the argument.
    private static int EndOfOperator(string format, int start)
    {
        bool inArgument = false;
        for (int i = start + 1; i < format.Length; i++)
        {
            inArgument = format[i] switch
            {
                '(' => true,
                ')' => false,
                _ => inArgument,
            };
            if (format[i] == '%' && !inArgument)
            {
                return i;
            }
        }

        throw new FormatException($"access log format: '{format[start..]}' has no closing '%'");
    }

    private static LogOperator Operator(string body)
    {
        int open = body.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return LogOperators.ByName.TryGetValue(body, out LogOperator? plain)
                ? plain
                : throw new FormatException($"access log format: unknown operator %{body}%");
        }

        string name = body[..open];
        int close = body.LastIndexOf(')');
        if (name is not ("REQ" or "RESP"))
        {
            throw new FormatException($"access log format: %{body}% is not supported; only REQ and RESP take an argument");
        }

        if (close < open)
        {
            throw new FormatException($"access log format: %{body}% has no closing parenthesis");
        }

        string[] names = body[(open + 1)..close].Split('?');
        if (names.Length > 2 || names.Any(string.IsNullOrWhiteSpace))
        {
            throw new FormatException($"access log format: %{body}% needs a header name, or two separated by '?'");
        }

        return new HeaderOperator(name == "RESP", names[0], names.Length == 2 ? names[1] : null, MaxBytes(body, close));
    }

    private static int MaxBytes(string body, int close)
    {
        if (close == body.Length - 1)
        {
            return int.MaxValue;
        }

        return body[close + 1] == ':' && int.TryParse(body[(close + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out int max)
            ? max
            : throw new FormatException($"access log format: %{body}% must end with ')' or '):LENGTH'");
    }
}
