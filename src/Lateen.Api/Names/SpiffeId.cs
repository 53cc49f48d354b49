namespace Lateen.Api.Names;

using System.Diagnostics.CodeAnalysis;

/// <summary>A workload's identity: <c>spiffe://cluster.local/ns/default/sa/bookinfo-reviews</c>.</summary>
public readonly record struct SpiffeId(string TrustDomain, string Namespace, string ServiceAccount)
{
    private const string Scheme = "spiffe://";

    public static bool TryParse([NotNullWhen(true)] string? text, out SpiffeId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = text[Scheme.Length..].Split('/');
        bool wellFormed = parts is [{ Length: > 0 }, "ns", { Length: > 0 }, "sa", { Length: > 0 }];
        if (!wellFormed)
        {
            return false;
        }

        id = new SpiffeId(parts[0], parts[2], parts[4]);
        return true;
    }

    public override string ToString() => $"{Scheme}{TrustDomain}/ns/{Namespace}/sa/{ServiceAccount}";
}
