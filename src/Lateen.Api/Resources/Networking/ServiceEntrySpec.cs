namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>Hosts, ports and endpoints of a ServiceEntry.</summary>
public sealed record ServiceEntrySpec
{
    [Description("Names by which clients call the service; *. wildcards need resolution NONE, STATIC or DYNAMIC_DNS.")]
    [Required]
    public ValueList<string> Hosts { get; init; } = [];

    [Description("Virtual addresses of the service; CIDR prefixes with resolution NONE or STATIC.")]
    public ValueList<string> Addresses { get; init; } = [];

    [Description("The ports of the service.")]
    public ValueList<ServiceEntryPort> Ports { get; init; } = [];

    [Description("Whether the service is part of the mesh; MESH_EXTERNAL by default.")]
    public ServiceEntryLocation Location { get; init; }

    [Description("How endpoints are found; NONE by default.")]
    public ServiceEntryResolution Resolution { get; init; }

    [Description("The endpoints, with resolution STATIC or DNS.")]
    public ValueList<WorkloadEntrySpec> Endpoints { get; init; } = [];

    [Description("Pods and WorkloadEntries of this namespace that are endpoints; not together with endpoints.")]
    public WorkloadLabels? WorkloadSelector { get; init; }

    [Description("Namespaces that see the service; all by default.")]
    public ValueList<string> ExportTo { get; init; } = [];

    [Description("Names in the servers' certificates. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? SubjectAltNames { get; init; }
}
