namespace Lateen.Api.Resources.GatewayApi;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

/// <summary>Something that happens to a request or its response.</summary>
public sealed record HttpRouteFilter
{
    [Description("Which of the fields counts.")]
    [Required]
    public string Type { get; init; } = "";

    [Description("Changes request headers.")]
    public HeaderFilter? RequestHeaderModifier { get; init; }

    [Description("Changes response headers.")]
    public HeaderFilter? ResponseHeaderModifier { get; init; }

    [Description("Sends a copy to another backend.")]
    public MirrorFilter? RequestMirror { get; init; }

    [Description("Answers with a redirect.")]
    public RedirectFilter? RequestRedirect { get; init; }

    [Description("Changes host or path before forwarding.")]
    [JsonPropertyName("urlRewrite")]
    public RewriteFilter? UrlRewrite { get; init; }

    [Description("Answers cross-origin requests.")]
    public CorsFilter? Cors { get; init; }

    [Description("Asks another service. Not yet enforced: the route is not accepted.")]
    public JsonNode? ExternalAuth { get; init; }

    [Description("A filter of the implementation. There is none: the route is not accepted.")]
    public ExtensionReference? ExtensionRef { get; init; }
}
