namespace Lateen.Proxy.Routing;

using System.Numerics;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.LoadBalancing;

/// <summary>
/// Combines a route's hash policies into one number (Envoy, hash_policy.cc). Allocates nothing but for headers with several values
/// and for those that a regular expression changes first.
/// </summary>
internal sealed class RouteHash(IReadOnlyList<HashPolicy> policies)
{
    private readonly Step[] _steps = [.. policies.Select(static p => new Step(p))];

    /// <summary>Null when no policy found anything. Cookies that had to be made are added to <paramref name="newCookies"/>.</summary>
    public ulong? Compute(HeaderMap request, StreamInfo info, ref HeaderMap? newCookies)
    {
        ulong? hash = null;
        foreach (Step step in _steps)
        {
            ulong? next = step.Hash(request, info, ref newCookies);
            if (next is { } value)
            {
                // Rotating keeps two policies with the same value from cancelling each other out.
                hash = (hash is { } before ? BitOperations.RotateLeft(before, 1) : 0) ^ value;
            }

            if (step.Policy.IsTerminal && hash is not null)
            {
                break;
            }
        }

        return hash;
    }

    private sealed class Step(HashPolicy policy)
    {
        private readonly byte[] _name = System.Text.Encoding.ASCII.GetBytes(
            policy.Source is HashSource.Header ? policy.Name.ToLowerInvariant() : policy.Name);

        private readonly HashCookie? _cookie = policy.Source is HashSource.Cookie ? new HashCookie(policy) : null;

        public HashPolicy Policy { get; } = policy;

        public ulong? Hash(HeaderMap request, StreamInfo info, ref HeaderMap? newCookies) => Policy.Source switch
        {
            HashSource.Header => HashHeader(request),
            HashSource.Cookie => _cookie?.Hash(request, info, ref newCookies),
            HashSource.SourceAddress => HashAddress(info),
            _ => HashQuery(request),
        };

        private ulong? HashHeader(HeaderMap request)
        {
            int index = request.IndexOf(_name);
            if (index < 0)
            {
                return null;
            }

            if (request.IndexOf(_name, index + 1) >= 0)
            {
                return HashValues(request, index);
            }

            ReadOnlySpan<byte> value = request.ValueAt(index);
            return Policy.RewriteRegex is { } regex
                ? XxHash64.Hash(System.Text.Encoding.UTF8.GetBytes(regex.Replace(value, Policy.RewriteSubstitution)))
                : XxHash64.Hash(value);
        }

        // The order in which they came must not matter.
        private ulong HashValues(HeaderMap request, int index)
        {
            var values = new List<byte[]>();
            for (; index >= 0; index = request.IndexOf(_name, index + 1))
            {
                values.Add(request.ValueAt(index).ToArray());
            }

            values.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
            ulong hash = 0;
            foreach (byte[] value in values)
            {
                hash = XxHash64.Hash(value, hash);
            }

            return hash;
        }

        private static ulong? HashAddress(StreamInfo info)
        {
            Span<byte> text = stackalloc byte[64];
            int length = info.DownstreamRemoteAddress.Format(text, withPort: false);
            return length == 0 ? null : XxHash64.Hash(text[..length]);
        }

        private ulong? HashQuery(HeaderMap request)
        {
            ReadOnlySpan<byte> path = request.GetOrEmpty(":path"u8);
            int queryAt = path.IndexOf((byte)'?');
            ReadOnlySpan<byte> query = queryAt < 0 ? default : path[(queryAt + 1)..];
            return QueryParameterMatcher.TryFind(query, _name, out ReadOnlySpan<byte> value) ? XxHash64.Hash(value) : null;
        }
    }
}
