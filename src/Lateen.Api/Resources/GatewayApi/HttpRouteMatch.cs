namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Conditions on one request, all of which must hold.</summary>
public sealed record HttpRouteMatch
{
    [Description("The path; by default every path.")]
    public HttpPathMatch? Path { get; init; }

    [Description("Request headers.")]
    public ValueList<HttpHeaderMatch> Headers { get; init; } = [];

    [Description("Query parameters.")]
    public ValueList<HttpQueryParamMatch> QueryParams { get; init; } = [];

    [Description("The HTTP method.")]
    public string Method { get; init; } = "";
}
