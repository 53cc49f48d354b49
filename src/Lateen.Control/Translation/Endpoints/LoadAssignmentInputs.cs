namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Everything the endpoints of a cluster depend on.</summary>
internal sealed record LoadAssignmentInputs(string Cluster, ValueList<ServiceEndpoint> Endpoints);
