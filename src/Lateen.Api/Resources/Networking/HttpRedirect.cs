namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

/// <summary>A redirect.</summary>
public sealed record HttpRedirect
{
    [Description("The new path; the whole path is replaced.")]
    public string Uri { get; init; } = "";

    [Description("The new host.")]
    public string Authority { get; init; } = "";

    [Description("The new port.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("The new scheme: http or https.")]
    public string Scheme { get; init; } = "";

    [Description("301 (default), 302, 303, 307 or 308.")]
    [Range(0, 399)]
    public int RedirectCode { get; init; }

    [Description("Takes the port from the request or the scheme. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? DerivePort { get; init; }

    [Description("Replaces only the matched prefix. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? PrefixRewrite { get; init; }
}
