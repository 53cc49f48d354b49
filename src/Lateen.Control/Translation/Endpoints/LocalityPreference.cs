namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>
/// What a client's place in the world says of endpoints. It holds no more of the client than the rules name, so that clients that
/// see the same order share one translation.
/// </summary>
/// <param name="Client">The client's locality; none where only labels count.</param>
/// <param name="Distribute">Shares for this client: percent by locality.</param>
/// <param name="Labels">Labels of failoverPriority with the value that counts as near.</param>
/// <param name="FailsOver">Whether endpoints further away take over at all.</param>
/// <param name="Failover">Regions that take over from each other.</param>
internal sealed record LocalityPreference(
    Locality Client,
    ValueMap<string, int> Distribute,
    ValueList<LabelPreference> Labels,
    bool FailsOver,
    ValueList<LocalityFailover> Failover);

/// <summary>A label of failoverPriority and the value that counts as near.</summary>
internal sealed record LabelPreference(string Label, string Value);
