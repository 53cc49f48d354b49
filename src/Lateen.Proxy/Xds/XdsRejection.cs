namespace Lateen.Proxy.Xds;

using Google.Protobuf.WellKnownTypes;

/// <summary>The last update of a resource that was refused, for /config_dump's error_state.</summary>
internal sealed record XdsRejection(string Version, string Details, Any? Message, DateTimeOffset At);
