namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lateen.Api.Resources.Schemas;

/// <summary>A redirect.</summary>
[AtMostOne("uri", "prefixRewrite")]
[AtMostOne("port", "derivePort")]
public sealed record HttpRedirect
{
    [Description("The new path; the whole path is replaced.")]
    public string Uri { get; init; } = "";

    [Description("Replaces only the matched prefix of the path.")]
    public string PrefixRewrite { get; init; } = "";

    [Description("The new host.")]
    public string Authority { get; init; } = "";

    [Description("The new port.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("Where the port comes from: the scheme's default, or the port of the request.")]
    public RedirectPort? DerivePort { get; init; }

    [Description("The new scheme: http or https.")]
    public string Scheme { get; init; } = "";

    [Description("301 (default), 302, 303, 307 or 308.")]
    [Range(0, 399)]
    public int RedirectCode { get; init; }
}
