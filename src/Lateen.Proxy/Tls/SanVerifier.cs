namespace Lateen.Proxy.Tls;

using System.Text;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;

/// <summary>Accepts a certificate when one of its names matches one of the matchers.</summary>
internal sealed class SanVerifier : TlsNameVerifier
{
    private readonly SubjectAltNameMatcher[] _matchers;

    private SanVerifier(IReadOnlyList<SubjectAltNameMatcher> matchers)
    {
        _matchers = [.. matchers];
        var identity = new StringBuilder();
        foreach (SubjectAltNameMatcher each in _matchers)
        {
            // Lengths keep two lists apart that would read the same run together.
            identity.Append((int)each.Kind).Append(',').Append((int)each.Matcher.Kind).Append(',').Append(each.Matcher.IgnoreCase)
                .Append(',').Append(each.Matcher.Value.Length).Append(':').Append(each.Matcher.Value).Append(';');
        }

        Identity = identity.ToString();
    }

    public override string Identity { get; }

    /// <summary>Null when there is nothing to match, so that every name is good.</summary>
    public static SanVerifier? For(IReadOnlyList<SubjectAltNameMatcher> matchers) =>
        matchers.Count == 0 ? null : new SanVerifier(matchers);

    public override bool Accepts(TlsCertificate certificate)
    {
        foreach (SubjectAltNameMatcher each in _matchers)
        {
            bool matches = each.Kind switch
            {
                SubjectAltNameKind.Uri => Any(certificate.UriSans, each.Matcher),
                SubjectAltNameKind.Dns => AnyDns(certificate.DnsSans, each.Matcher),
                SubjectAltNameKind.IpAddress => Any(certificate.IpSans, each.Matcher),
                SubjectAltNameKind.Email => Any(certificate.EmailSans, each.Matcher),
                _ => Any(certificate.UriSans, each.Matcher) || AnyDns(certificate.DnsSans, each.Matcher)
                    || Any(certificate.IpSans, each.Matcher) || Any(certificate.EmailSans, each.Matcher),
            };
            if (matches)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Any(IReadOnlyList<string> names, StringMatcher matcher)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (matcher.Matches(Encoding.UTF8.GetBytes(names[i])))
            {
                return true;
            }
        }

        return false;
    }

    // An exact matcher is a host name, and a DNS name of a certificate may be a wildcard for it (Envoy, dnsNameMatch).
    private static bool AnyDns(IReadOnlyList<string> names, StringMatcher matcher)
    {
        if (matcher.Kind is not StringMatchKind.Exact)
        {
            return Any(names, matcher);
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (TlsCertificate.Matches(names[i], matcher.Value))
            {
                return true;
            }
        }

        return false;
    }
}
