namespace Lateen.Proxy.Formatting;

using System.Globalization;

/// <summary>Compiles a format string into operators, once; an unknown operator is a configuration error.</summary>
public static class FormatParser
{
    /// <exception cref="FormatException">The message names the operator and what is wrong with it.</exception>
    public static FormatOperator[] Parse(string format, bool allowsWithoutQuery = false)
    {
        var operators = new List<FormatOperator>();
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
            operators.Add(body.Length == 0 ? new LiteralOperator("%") : Operator(body, allowsWithoutQuery));
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

        throw new FormatException($"'{format[start..]}' has no closing '%'");
    }

    private static FormatOperator Operator(string body, bool allowsWithoutQuery)
    {
        int open = body.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? body : body[..open];
        if (FormatOperators.Absent.TryGetValue(name, out string? reason))
        {
            throw new FormatException($"%{body}% is not supported: {reason}");
        }

        if (open < 0)
        {
            return FormatOperators.ByName.TryGetValue(body, out FormatOperator? plain)
                ? plain
                : throw new FormatException($"unknown operator %{body}%");
        }

        int close = body.LastIndexOf(')');
        if (close < open)
        {
            throw new FormatException($"%{body}% has no closing parenthesis");
        }

        string argument = body[(open + 1)..close];
        int max = MaxBytes(body, close);
        return name switch
        {
            "REQ" or "REQUEST_HEADER" => Header(HeaderSource.Request, body, argument, max),
            "RESP" or "RESPONSE_HEADER" => Header(HeaderSource.Response, body, argument, max),
            "TRAILER" or "RESPONSE_TRAILER" => Header(HeaderSource.Trailers, body, argument, max),
            "REQ_WITHOUT_QUERY" when allowsWithoutQuery => Header(HeaderSource.Request, body, argument, max, withoutQuery: true),
            "REQ_WITHOUT_QUERY" => throw new FormatException(
                $"%{body}% needs the formatter envoy.formatter.req_without_query"),
            "START_TIME" => new StartTimeOperator(argument),
            "EMIT_TIME" => new StartTimeOperator(argument, atEnd: true),
            "COMMON_DURATION" => new CommonDurationOperator(argument),
            "GRPC_STATUS" => new GrpcStatusOperator(argument),
            "PATH" => Path(body, argument, max),
            "QUERY_PARAM" => new QueryParameterOperator(argument, max),
            "UPSTREAM_METADATA" => new MetadataOperator(MetadataSource.Host, argument, max),
            "CLUSTER_METADATA" => new MetadataOperator(MetadataSource.Cluster, argument, max),
            "DYNAMIC_METADATA" => new MetadataOperator(MetadataSource.Dynamic, argument, max),
            "METADATA" => Metadata(body, argument, max),
            "FILTER_STATE" => new PeerOperator(argument, max),
            _ => throw new FormatException($"%{body}% is not supported: {name} takes no argument here"),
        };
    }

    private static HeaderOperator Header(HeaderSource source, string body, string argument, int max, bool withoutQuery = false)
    {
        string[] names = argument.Split('?');
        if (names.Length > 2 || names.Any(string.IsNullOrWhiteSpace))
        {
            throw new FormatException($"%{body}% needs a header name, or two separated by '?'");
        }

        return new HeaderOperator(source, names[0], names.Length == 2 ? names[1] : null, max, withoutQuery);
    }

    private static PathOperator Path(string body, string argument, int max)
    {
        string[] parts = argument.Split(':');
        bool query = parts[0] is "WQ" or "" or "WITH_QUERY";
        string source = parts.Length > 1 ? parts[1] : "ORIG_OR_PATH";
        bool known = (query || parts[0] is "NQ" or "NO_QUERY") && parts.Length <= 2 && source is "ORIG" or "PATH" or "ORIG_OR_PATH" or "";
        return known
            ? new PathOperator(query, source != "PATH", source != "ORIG", max)
            : throw new FormatException($"%{body}% takes WQ or NQ, and ORIG, PATH or ORIG_OR_PATH");
    }

    private static MetadataOperator Metadata(string body, string argument, int max)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string path = argument[(colon + 1)..];
        return (colon < 0 ? argument : argument[..colon]) switch
        {
            "UPSTREAM_HOST" => new MetadataOperator(MetadataSource.Host, path, max),
            "DYNAMIC" => new MetadataOperator(MetadataSource.Dynamic, path, max),
            "CLUSTER" => new MetadataOperator(MetadataSource.Cluster, path, max),
            _ => throw new FormatException($"%{body}% is not supported: only metadata of UPSTREAM_HOST, CLUSTER and DYNAMIC is kept"),
        };
    }

    private static int MaxBytes(string body, int close)
    {
        if (close == body.Length - 1)
        {
            return int.MaxValue;
        }

        return body[close + 1] == ':' && int.TryParse(body[(close + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out int max)
            ? max
            : throw new FormatException($"%{body}% must end with ')' or '):LENGTH'");
    }
}
