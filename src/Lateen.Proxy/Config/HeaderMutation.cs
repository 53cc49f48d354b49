namespace Lateen.Proxy.Config;

/// <summary>One header to add or set. The value may hold operators such as %REQ(x)% or %DOWNSTREAM_REMOTE_ADDRESS%.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Value">With operators.</param>
/// <param name="Action">What happens to one that is there.</param>
/// <param name="KeepEmpty">Added even when the value comes out empty.</param>
public sealed record HeaderMutation(
    string Name, string Value, HeaderAppendAction Action = HeaderAppendAction.AppendIfExistsOrAdd, bool KeepEmpty = false);
