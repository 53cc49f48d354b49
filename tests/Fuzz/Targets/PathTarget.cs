namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>Paths: the one form of a path is its own one form, or a policy could be passed by spelling a path twice over.</summary>
internal sealed class PathTarget : FuzzTarget
{
    private static readonly EscapedSlashesAction[] Actions = Enum.GetValues<EscapedSlashesAction>();

    public override string Name => "path";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. "/|/a/b?c=d|/a/../b|/a/./b/.|/%61%2fb|//a///b|/a%2F%2e%2e%5cb|/a\\b|/a;p=1/../b|/a#frag?x|/%2e%2e/%00|/a%25%32%66b|/..;/a".Split('|').Select(Bytes),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } = [.. "/|.|..|%2e|%2E|%2f|%5c|%25|\\|//|/./|/../|;|?|#|%|%zz|%00".Split('|').Select(Bytes)];

    public override string Run(byte[] input, FuzzRandom random)
    {
        if (input.Length == 0 || input[0] != '/' || input.AsSpan().ContainsAnyInRange((byte)0, (byte)' '))
        {
            return "no path";
        }

        var config = new HttpConnectionManagerConfig
        {
            StatPrefix = "f", NormalizePath = true, MergeSlashes = random.OneIn(2), EscapedSlashes = random.Pick(Actions),
        };
        var request = new HeaderMap();
        request.Add(":path"u8, input);
        PathStatus first = PathNormalizer.Normalize(request, config);
        if (first is PathStatus.Rejected)
        {
            return "rejected";
        }

        byte[] once = request.GetOrEmpty(":path"u8).ToArray();
        Require(once.Length > 0 && once[0] == '/', "the path lost its slash");
        Require(once.Length <= input.Length + 1, "the path grew");
        int query = once.AsSpan().IndexOf((byte)'?');
        string path = System.Text.Encoding.Latin1.GetString(query < 0 ? once : once.AsSpan(0, query));
        Require(!path.Split('/').Any(static s => s is "." or ".."), $"'{path}' still has dot segments");
        Require(!config.MergeSlashes || !path.Contains("//", StringComparison.Ordinal), $"'{path}' still has empty segments");
        PathStatus second = PathNormalizer.Normalize(request, config);
        Require(second is not PathStatus.Rejected && request.GetOrEmpty(":path"u8).SequenceEqual(once),
            $"'{path}' becomes '{System.Text.Encoding.Latin1.GetString(request.GetOrEmpty(":path"u8))}' the second time ({config.EscapedSlashes}, {config.MergeSlashes})");
        return $"{first} {once.Length == input.Length}";
    }
}
