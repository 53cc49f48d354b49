namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>Conditions on one connection, all of which must hold.</summary>
public record L4MatchAttributes
{
    [Description("Subnets of the destination, such as 10.1.0.0/16.")]
    public ValueList<string> DestinationSubnets { get; init; } = [];

    [Description("The port that the client called.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("Labels of the calling workload; no meaning at gateways.")]
    public ValueMap<string, string> SourceLabels { get; init; } = ValueMap<string, string>.Empty;

    [Description("Gateways to which this condition is limited.")]
    public ValueList<string> Gateways { get; init; } = [];

    [Description("The namespace of the calling workload.")]
    public string SourceNamespace { get; init; } = "";

    [Description("The subnet of the caller. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SourceSubnet { get; init; }
}
