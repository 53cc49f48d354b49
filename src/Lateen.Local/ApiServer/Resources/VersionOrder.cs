namespace Lateen.Local.ApiServer.Resources;

using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>Kubernetes' order of API versions: v2, v1, v1beta2, v1beta1, v1alpha1, then everything else by name.</summary>
internal static partial class VersionOrder
{
    public static int Compare(string a, string b)
    {
        (int Stage, int Major, int Minor)? left = Rank(a);
        (int Stage, int Major, int Minor)? right = Rank(b);
        if (left is null || right is null)
        {
            return left is not null ? -1 : right is not null ? 1 : string.CompareOrdinal(a, b);
        }

        return right.Value.CompareTo(left.Value);
    }

    private static (int Stage, int Major, int Minor)? Rank(string version)
    {
        Match match = Pattern().Match(version);
        if (!match.Success)
        {
            return null;
        }

        int stage = match.Groups[2].Value switch { "alpha" => 0, "beta" => 1, _ => 2 };
        return (stage, Number(match.Groups[1].Value), Number(match.Groups[3].Value));
    }

    private static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : 0;

    [GeneratedRegex("^v([0-9]{1,6})(?:(alpha|beta)([0-9]{1,6}))?$")]
    private static partial Regex Pattern();
}
