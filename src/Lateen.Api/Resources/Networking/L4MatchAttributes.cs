namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>Conditions on one connection, all of which must hold.</summary>
public sealed record L4MatchAttributes
{
    [Description("The port that the client called.")]
    [Range(1, 65535)]
    public int? Port { get; init; }

    [Description("Gateways to which this condition is limited.")]
    public ValueList<string> Gateways { get; init; } = [];

    [Description("Subnets of the destination. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? DestinationSubnets { get; init; }

    [Description("Labels of the calling workload. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SourceLabels { get; init; }

    [Description("The namespace of the calling workload. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SourceNamespace { get; init; }

    [Description("The subnet of the caller. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SourceSubnet { get; init; }
}
