namespace Lateen.Fuzz.Targets;

using System.Text;
using Lateen.Api.Text;
using Lateen.Filters.AccessLoggers;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Formatting;
using Lateen.Proxy.Routing;
using Lateen.Proxy.Xds.Reading;

/// <summary>Bootstrap files: every mistake is a finding.</summary>
internal sealed class BootstrapTarget : FuzzTarget
{
    public override string Name => "bootstrap";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Encoding.UTF8.GetBytes(Repository.StaticBootstrap), Bytes("{\"node\": {\"id\": \"a\"}}")];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. "{|}|[|]|: |- |&a |*a|!!str |'|\"|\n  |\n---\n|#|1e400|0x10|null|@type|?|<<: ".Split('|').Select(Bytes)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        (Envoy.Config.Bootstrap.V3.Bootstrap? message, IReadOnlyList<Finding> findings) =
            BootstrapReader.Parse(Encoding.UTF8.GetString(input), "fuzz.yaml");
        Require(message is not null || findings.Count > 0, "refused without a reason");
        if (message is null)
        {
            return findings[0].Message[..Math.Min(40, findings[0].Message.Length)];
        }

        (_, IReadOnlyList<string> errors, _) = BootstrapReader.Read(message, ExtensionCatalog.Empty);
        return errors.Count == 0 ? "good" : errors[0][..Math.Min(40, errors[0].Length)];
    }
}

/// <summary>Access-log formats: compiled or refused with a reason.</summary>
internal sealed class LogFormatTarget : FuzzTarget
{
    public override string Name => "log-format";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Bytes(TextLogFormat.EnvoyDefault), Bytes("%REQ(X?Y):10% %RESP(Z)% %START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)% %%"),
        Bytes("%RESPONSE_FLAGS% %DURATION% %BYTES_SENT% %TRAILER(x)% %DYNAMIC_METADATA(a:b)%"),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } = [.. "%|%%|(|)|:|?|%REQ(|):5%|%START_TIME(%s)%|%f|%9f|:-1|:999999999999".Split('|').Select(Bytes)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        try
        {
            return $"{FormatParser.Parse(Encoding.UTF8.GetString(input)).Length}";
        }
        catch (FormatException e)
        {
            return e.Message[..Math.Min(30, e.Message.Length)];
        }
    }
}

/// <summary>Header values with operators: an error or a value, never more than its limit.</summary>
internal sealed class HeaderFormatTarget : FuzzTarget
{
    public override string Name => "header-format";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. "a %REQ(x)% b|%DOWNSTREAM_REMOTE_ADDRESS%|100%%|%PROTOCOL%|%UPSTREAM_METADATA([\"a\",\"b\"])%".Split('|').Select(Bytes)];

    public override IReadOnlyList<byte[]> Tokens { get; } = [.. "%|%%|%REQ(|)%|(|)|:".Split('|').Select(Bytes)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        var format = new HeaderFormat(Encoding.UTF8.GetString(input));
        return format.Error is null ? "good" : "refused";
    }
}

/// <summary>RE2 expressions: translated or refused, and matching takes linear time whatever the expression.</summary>
internal sealed class RegexTarget : FuzzTarget
{
    private const int MaxExpression = 512;
    private static readonly byte[] Subject = Bytes(new string('a', 200) + "/b?" + new string('a', 200));

    public override string Name => "regex";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. "a|/a/.*|^(a+)+$|[a-z0-9-_.]+|(?i)abc|(?P<n>x)|\\d{2,5}|[[:alpha:]]|\\pL|(?:a|b)*c|x{1000}|\\Qa.b\\E|.{3}".Split('|').Select(Bytes)];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. "(|)|[|]|{1,|}|*|+|?|\\|^|$|(?i)|(?:|(?P<a>|\\b|\\B|\\x{10FFFF}|[^|-|:]|\\1|(?=".Split('|').Select(Bytes)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        if (input.Length > MaxExpression)
        {
            return "long";
        }

        var context = new ReadContext(ExtensionCatalog.Empty);
        if (RegexReader.Read(Encoding.Latin1.GetString(input), "regex", context) is not { } pattern)
        {
            Require(context.Errors.Count > 0, "refused without a reason");
            return "refused";
        }

        return pattern.IsMatch(Subject) ? "match" : "no match";
    }
}
