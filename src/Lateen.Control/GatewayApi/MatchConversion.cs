namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;

/// <summary>Turns conditions into Istio's. A prefix without condition is "/", so that every match has a path.</summary>
internal static class MatchConversion
{
    public static HttpMatchRequest Convert(HttpRouteMatch match) => new()
    {
        Uri = PathOf(match.Path),
        Method = match.Method.Length > 0 ? new StringMatch { Exact = match.Method } : null,
        Headers = First(match.Headers.Select(each => (each.Name.ToLowerInvariant(), ValueOf(each.Type, each.Value)))),
        QueryParams = First(match.QueryParams.Select(each => (each.Name, ValueOf(each.Type, each.Value)))),
    };

    private static StringMatch PathOf(HttpPathMatch? path)
    {
        string value = path?.Value ?? "/";
        return path?.Type switch
        {
            "Exact" => new StringMatch { Exact = value },
            "RegularExpression" => new StringMatch { Regex = value },
            // "/foo" and "/foo/" are the same prefix: whole segments count.
            _ => new StringMatch { Prefix = value.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" },
        };
    }

    private static StringMatch ValueOf(string type, string value) =>
        type == "RegularExpression" ? new StringMatch { Regex = value } : new StringMatch { Exact = value };

    // The specification: of several conditions on one name, the first counts.
    private static ValueMap<string, StringMatch> First(IEnumerable<(string Name, StringMatch Value)> conditions) =>
        conditions.DistinctBy(each => each.Name).Select(each => KeyValuePair.Create(each.Name, each.Value)).ToValueMap();
}
