namespace Lateen.Engine.Simulation;

/// <summary>What travels through a simulated network.</summary>
internal enum SimulatedEventKind : byte
{
    Syn,
    Connected,
    Refused,
    Unreachable,
    Arrive,
    Fin,
    Reset,
    Room,
}
