namespace Lateen.Proxy.Config;

/// <summary>A watched resource; a limit of 0 is the one that the system sets.</summary>
public sealed record OverloadMonitorConfig(string Name, OverloadResource Resource, long Limit);
