namespace Lateen.Control.Translation;

/// <summary>The servers of a gateway proxy after merging.</summary>
/// <param name="Servers">Those that are served, the older Gateway's first.</param>
/// <param name="Refused">Those that lost their port, with the server that has it.</param>
internal sealed record MergedServers(
    IReadOnlyList<BoundServer> Servers, IReadOnlyList<(BoundServer Server, BoundServer Winner)> Refused);
