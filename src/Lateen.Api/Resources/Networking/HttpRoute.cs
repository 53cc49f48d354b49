namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Names;

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

    [Description("Another VirtualService whose HTTP rules take the place of this one.")]
    public Delegate? Delegate { get; init; }

    [Description("A destination that gets a copy of each request.")]
    public Destination? Mirror { get; init; }

    [Description("Destinations that get copies of requests.")]
    public ValueList<HttpMirrorPolicy> Mirrors { get; init; } = [];

    [Description("The share of requests that mirror gets; all by default.")]
    public Percent? MirrorPercentage { get; init; }

    [Description("The share of requests that mirror gets, in whole percent (old form).")]
    [Range(0, 100)]
    public int? MirrorPercent { get; init; }

    [Description("Which pages of other origins may call.")]
    public CorsPolicy? CorsPolicy { get; init; }
}
