namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>Conditions on one request, all of which must hold.</summary>
public sealed record HttpMatchRequest
{
    [Description("A name for logs and debugging.")]
    public string Name { get; init; } = "";

    [Description("The path, without the query.")]
    public StringMatch? Uri { get; init; }

    [Description("http or https.")]
    public StringMatch? Scheme { get; init; }

    [Description("The HTTP method.")]
    public StringMatch? Method { get; init; }

    [Description("The authority: host, with the port when the client sent one.")]
    public StringMatch? Authority { get; init; }

    [Description("Request headers by lower-case name; an empty condition means the header is present.")]
    public ValueMap<string, StringMatch> Headers { get; init; } = ValueMap<string, StringMatch>.Empty;

    [Description("Headers that must not match; an empty condition means the header is absent.")]
    public ValueMap<string, StringMatch> WithoutHeaders { get; init; } = ValueMap<string, StringMatch>.Empty;

    [Description("Query parameters by name; an empty condition means the parameter is present.")]
    public ValueMap<string, StringMatch> QueryParams { get; init; } = ValueMap<string, StringMatch>.Empty;

    [Description("The port that the client called.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("Labels that the calling workload must have (sidecars only).")]
    public ValueMap<string, string> SourceLabels { get; init; } = ValueMap<string, string>.Empty;

    [Description("The namespace of the calling workload (sidecars only).")]
    public string SourceNamespace { get; init; } = "";

    [Description("Gateways to which this condition is limited; each must be named by the VirtualService too.")]
    public ValueList<string> Gateways { get; init; } = [];

    [Description("Compares exact and prefix paths without regard to case.")]
    public bool IgnoreUriCase { get; init; }

    [Description("A prefix for route statistics. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? StatPrefix { get; init; }
}
