namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>Answers with a redirect.</summary>
public sealed record RedirectFilter
{
    [Description("The new scheme: http or https.")]
    public string Scheme { get; init; } = "";

    [Description("The new host.")]
    public string Hostname { get; init; } = "";

    [Description("The new path.")]
    public PathModifier? Path { get; init; }

    [Description("The new port.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("301, 302 (default), 303, 307 or 308.")]
    [Range(301, 308)]
    public int? StatusCode { get; init; }
}
