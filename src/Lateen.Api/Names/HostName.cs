namespace Lateen.Api.Names;

using System.Net;

/// <summary>A host of Istio's configuration: a DNS name, an address, <c>*</c> or a <c>*.</c> wildcard.</summary>
public readonly record struct HostName(string Value)
{
    public const string ClusterDomain = "cluster.local";

    public bool IsWildcard => Value.StartsWith('*');

    public static HostName Of(string service, string ns, string domain = ClusterDomain) => new($"{service}.{ns}.svc.{domain}");

    /// <summary>Expands a short name with the namespace of the object that names it; every other host stays as it is.</summary>
    public static HostName Expand(string host, string ns, string domain = ClusterDomain)
    {
        // Istio: only a name without any dot is short. "reviews.prod" is a full name, whatever the author meant.
        bool isShort = host.Length > 0 && host[0] != '*' && !host.Contains('.') && !IPAddress.TryParse(host, out _);
        return isShort ? Of(host, ns, domain) : new HostName(host);
    }

    /// <summary>The candidate that names a host most closely: the equal one, else the longest wildcard.</summary>
    public static HostName? MostSpecificMatch(HostName needle, IEnumerable<HostName> candidates)
    {
        HostName? best = null;
        foreach (HostName candidate in candidates)
        {
            if (candidate == needle)
            {
                return candidate;
            }

            bool longer = best is null || candidate.Value.Length > best.Value.Value.Length;
            if (candidate.IsWildcard && longer && needle.IsSubsetOf(candidate))
            {
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>Whether some host is named by both; a wildcard may stand on either side.</summary>
    public bool Matches(HostName other)
    {
        if (IsWildcard && other.IsWildcard)
        {
            (string shorter, string longer) = Value.Length < other.Value.Length ? (Value, other.Value) : (other.Value, Value);
            return longer.AsSpan(1).EndsWith(shorter.AsSpan(1), StringComparison.OrdinalIgnoreCase);
        }

        return IsWildcard ? other.IsSubsetOf(this) : IsSubsetOf(other);
    }

    /// <summary>Whether every host named by this one is named by <paramref name="other"/> too.</summary>
    public bool IsSubsetOf(HostName other)
    {
        if (!other.IsWildcard)
        {
            return string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);
        }

        ReadOnlySpan<char> suffix = other.Value.AsSpan(1);
        ReadOnlySpan<char> own = IsWildcard ? Value.AsSpan(1) : Value;
        return own.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => Value;
}
