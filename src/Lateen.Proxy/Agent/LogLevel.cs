namespace Lateen.Proxy.Agent;

/// <summary>Envoy's log levels.</summary>
public enum LogLevel
{
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Critical,
    Off,
}
