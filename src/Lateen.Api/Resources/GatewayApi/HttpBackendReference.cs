namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>A backend with its share of the requests.</summary>
public sealed record HttpBackendReference : BackendReference
{
    [Description("What happens to requests for this backend.")]
    public ValueList<HttpRouteFilter> Filters { get; init; } = [];
}
