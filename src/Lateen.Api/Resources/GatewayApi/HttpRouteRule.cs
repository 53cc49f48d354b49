namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Names;

/// <summary>One rule for HTTP requests.</summary>
public sealed record HttpRouteRule
{
    [Description("A name for the rule.")]
    public string Name { get; init; } = "";

    [Description("Conditions; the rule applies when any of them holds, or when there are none.")]
    public ValueList<HttpRouteMatch> Matches { get; init; } = [];

    [Description("What happens to matching requests.")]
    public ValueList<HttpRouteFilter> Filters { get; init; } = [];

    [Description("Where they go.")]
    public ValueList<HttpBackendReference> BackendRefs { get; init; } = [];

    [Description("How long they may take.")]
    public HttpRouteTimeouts? Timeouts { get; init; }

    [Description("When a failed try is repeated.")]
    public RouteRetry? Retry { get; init; }

    [Description("Whether a client stays with a backend. Not yet enforced: the route is not accepted.")]
    public JsonNode? SessionPersistence { get; init; }
}
