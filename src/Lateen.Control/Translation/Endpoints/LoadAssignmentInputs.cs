namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Everything the endpoints of a cluster depend on.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Endpoints">All of them, in a stable order.</param>
/// <param name="Preference">How the client's locality orders them; null when it does not matter.</param>
internal sealed record LoadAssignmentInputs(
    string Cluster, ValueList<ServiceEndpoint> Endpoints, LocalityPreference? Preference = null);
