namespace Lateen.Proxy.Config;

/// <summary>One header to add or set. The value may hold operators such as %REQ(x)% or %DOWNSTREAM_REMOTE_ADDRESS%.</summary>
public sealed record HeaderMutation(
    string Name, string Value, HeaderAppendAction Action = HeaderAppendAction.AppendIfExistsOrAdd);
