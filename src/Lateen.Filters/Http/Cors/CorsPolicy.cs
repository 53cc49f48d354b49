namespace Lateen.Filters.Http.Cors;

using Lateen.Proxy.Config;

/// <summary>Which scripts of other origins may call a route; header values encoded in advance, empty ones are left out.</summary>
internal sealed record CorsPolicy
{
    public IReadOnlyList<StringMatcher> AllowOrigins { get; init; } = [];

    public byte[] AllowMethods { get; init; } = [];

    public byte[] AllowHeaders { get; init; } = [];

    public byte[] ExposeHeaders { get; init; } = [];

    public byte[] MaxAge { get; init; } = [];

    public bool AllowCredentials { get; init; }

    public bool AllowPrivateNetwork { get; init; }

    /// <summary>Share of requests that the policy serves, and share that is only counted.</summary>
    public FractionalShare Enabled { get; init; } = FractionalShare.Always;

    public FractionalShare Shadow { get; init; } = FractionalShare.Never;

    /// <summary>Preflights of other origins go to the upstream; otherwise they are answered without permission.</summary>
    public bool ForwardNotMatchingPreflights { get; init; } = true;

    public bool Allows(ReadOnlySpan<byte> origin)
    {
        for (int i = 0; i < AllowOrigins.Count; i++)
        {
            // A matcher that takes "*" takes everybody (Envoy, cors_filter.cc).
            if (AllowOrigins[i].Matches("*"u8) || AllowOrigins[i].Matches(origin))
            {
                return true;
            }
        }

        return false;
    }
}
