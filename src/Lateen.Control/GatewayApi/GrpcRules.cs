namespace Lateen.Control.GatewayApi;

using System.Text.RegularExpressions;
using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>gRPC calls are HTTP requests for the path /service/method, so their rules are HTTP rules.</summary>
internal static class GrpcRules
{
    private const string AnyName = "[^/]+";

    public static HttpRouteRule AsHttp(GrpcRouteRule rule) => new()
    {
        Name = rule.Name,
        Matches = rule.Matches.Select(AsHttp).ToValueList(),
        Filters = rule.Filters,
        BackendRefs = rule.BackendRefs,
        SessionPersistence = rule.SessionPersistence,
    };

    private static HttpRouteMatch AsHttp(GrpcRouteMatch match) => new()
    {
        Path = match.Method is { } method ? PathOf(method) : null,
        Headers = match.Headers,
    };

    private static HttpPathMatch? PathOf(GrpcMethodMatch method)
    {
        if (method.Type == "RegularExpression")
        {
            string service = method.Service.Length > 0 ? method.Service : AnyName;
            string name = method.Method.Length > 0 ? method.Method : AnyName;
            return new HttpPathMatch { Type = "RegularExpression", Value = $"/{service}/{name}" };
        }

        return (method.Service, method.Method) switch
        {
            ("", "") => null,
            (var service, "") => new HttpPathMatch { Type = "PathPrefix", Value = "/" + service },
            ("", var name) => new HttpPathMatch { Type = "RegularExpression", Value = $"/{AnyName}/{Regex.Escape(name)}" },
            var (service, name) => new HttpPathMatch { Type = "Exact", Value = $"/{service}/{name}" },
        };
    }
}
