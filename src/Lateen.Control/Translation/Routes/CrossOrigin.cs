namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using ApiCors = Lateen.Api.Resources.Networking.CorsPolicy;
using WireCors = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;

/// <summary>Cross-origin rules, as the CORS filter's configuration for one route.</summary>
internal static class CrossOrigin
{
    private const string FilterName = "envoy.filters.http.cors";

    public static void Apply(ApiCors? policy, Route route)
    {
        if (policy is null)
        {
            return;
        }

        WireCors config = new()
        {
            AllowMethods = string.Join(',', policy.AllowMethods),
            AllowHeaders = string.Join(',', policy.AllowHeaders),
            ExposeHeaders = string.Join(',', policy.ExposeHeaders),
            AllowCredentials = policy.AllowCredentials,
            MaxAge = policy.MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "",
            FilterEnabled = new RuntimeFractionalPercent
            {
                DefaultValue = new FractionalPercent { Numerator = 100 },
            },
            ForwardNotMatchingPreflights = policy.UnmatchedPreflights switch
            {
                UnmatchedPreflights.Forward => true,
                UnmatchedPreflights.Ignore => false,
                _ => null,
            },
        };
        config.AllowOriginStringMatch.AddRange(policy.AllowOrigin.Select(origin => new StringMatcher { Exact = origin }));
        config.AllowOriginStringMatch.AddRange(policy.AllowOrigins.Select(RouteMatches.Matcher));
        route.TypedPerFilterConfig[FilterName] = Any.Pack(config);
    }
}
