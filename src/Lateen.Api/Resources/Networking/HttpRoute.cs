namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>One rule for HTTP requests: what it matches, and what happens then.</summary>
public sealed record HttpRoute
{
    [Description("A name for logs and debugging.")]
    public string Name { get; init; } = "";

    [Description("Conditions; the rule applies when any one of them holds, or when there are none.")]
    public ValueList<HttpMatchRequest> Match { get; init; } = [];

    [Description("Where matching requests go, with weights when there are several.")]
    public ValueList<HttpRouteDestination> Route { get; init; } = [];

    [Description("Answers with a redirect instead of forwarding.")]
    public HttpRedirect? Redirect { get; init; }

    [Description("Answers with a fixed response instead of forwarding.")]
    public HttpDirectResponse? DirectResponse { get; init; }

    [Description("Changes path or authority before forwarding.")]
    public HttpRewrite? Rewrite { get; init; }

    [Description("How long the whole call may take, retries included, for example 10s; no limit by default.")]
    public TimeSpan? Timeout { get; init; }

    [Description("When and how often a failed call is tried again.")]
    public HttpRetry? Retries { get; init; }

    [Description("Failures injected on purpose, to test how callers cope.")]
    public HttpFaultInjection? Fault { get; init; }

    [Description("Changes to request and response headers.")]
    public HeaderRules? Headers { get; init; }

    [Description("Another VirtualService that holds the rules. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Delegate { get; init; }

    [Description("A destination that gets a copy of each request. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Mirror { get; init; }

    [Description("Destinations that get copies of requests. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Mirrors { get; init; }

    [Description("The share of requests that is mirrored. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MirrorPercentage { get; init; }

    [Description("The share of requests that is mirrored (old form). Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? MirrorPercent { get; init; }

    [Description("Cross-origin rules. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? CorsPolicy { get; init; }
}
