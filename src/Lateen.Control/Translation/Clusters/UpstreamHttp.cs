namespace Lateen.Control.Translation.Clusters;

using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Common.Matcher.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using UpstreamOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

/// <summary>Which HTTP is spoken to the hosts of a cluster, and for how long a connection is kept.</summary>
internal static class UpstreamHttp
{
    private const string OptionsName = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    public static void Apply(Cluster cluster, ServiceProtocol protocol, ClusterPolicy policy)
    {
        if (protocol.IsTcp())
        {
            return;
        }

        HttpSettings? settings = policy.ConnectionPool?.Http;
        UpstreamOptions options = new();
        bool upgrades = policy.UpgradesToHttp2 && protocol is ServiceProtocol.Http;
        if (settings is not { UseClientProtocol: true } && (protocol.IsHttp2() || upgrades))
        {
            options.ExplicitHttpConfig = new UpstreamOptions.Types.ExplicitHttpConfig
            {
                Http2ProtocolOptions = Http2(settings),
            };
        }
        else if (settings is { UseClientProtocol: true } || protocol is ServiceProtocol.Auto)
        {
            options.UseDownstreamProtocolConfig = new UpstreamOptions.Types.UseDownstreamHttpConfig
            {
                HttpProtocolOptions = new Http1ProtocolOptions(),
                Http2ProtocolOptions = Http2(settings),
            };
        }
        else
        {
            options.ExplicitHttpConfig = new UpstreamOptions.Types.ExplicitHttpConfig
            {
                HttpProtocolOptions = new Http1ProtocolOptions(),
            };
        }

        TimeSpan? longest = policy.ConnectionPool?.Tcp?.MaxConnectionDuration;
        if (longest is not null || settings?.IdleTimeout is not null || settings?.MaxRequestsPerConnection is > 0)
        {
            options.CommonHttpProtocolOptions = new HttpProtocolOptions
            {
                IdleTimeout = settings?.IdleTimeout is { } idle ? Duration.FromTimeSpan(idle) : null,
                MaxConnectionDuration = longest is { } duration ? Duration.FromTimeSpan(duration) : null,
                MaxRequestsPerConnection = settings?.MaxRequestsPerConnection is > 0 and { } most ? (uint)most : null,
            };
        }

        if (policy.OutlierDetection is { OutlierDetectionHttpErrorCodes: { Count: > 0 } codes })
        {
            options.OutlierDetection = new UpstreamOptions.Types.OutlierDetection { ErrorMatcher = AnyOf(codes) };
        }

        cluster.TypedExtensionProtocolOptions[OptionsName] = Any.Pack(options);
    }

    private static MatchPredicate AnyOf(IReadOnlyList<int> codes)
    {
        if (codes.Count == 1)
        {
            return Is(codes[0]);
        }

        MatchPredicate.Types.MatchSet any = new();
        any.Rules.AddRange(codes.Select(Is));
        return new MatchPredicate { OrMatch = any };
    }

    private static MatchPredicate Is(int code) => new()
    {
        HttpResponseHeadersMatch = new HttpHeadersMatch
        {
            Headers =
            {
                new HeaderMatcher
                {
                    Name = ":status",
                    StringMatch = new StringMatcher { Exact = code.ToString(CultureInfo.InvariantCulture) },
                },
            },
        },
    };

    private static Http2ProtocolOptions Http2(HttpSettings? settings)
    {
        Http2ProtocolOptions options = new() { MaxConcurrentStreams = (uint?)settings?.MaxConcurrentStreams };
        if (settings?.Http2KeepAlive is { Interval: { } interval, Timeout: { } timeout })
        {
            options.ConnectionKeepalive = new KeepaliveSettings
            {
                Interval = Duration.FromTimeSpan(interval),
                Timeout = Duration.FromTimeSpan(timeout),
            };
        }

        return options;
    }
}
