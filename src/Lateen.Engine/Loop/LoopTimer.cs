namespace Lateen.Engine.Loop;

/// <summary>A timer that its owner embeds and re-uses, so that arming it allocates nothing.</summary>
public abstract class LoopTimer
{
    /// <summary>True while the loop holds the timer.</summary>
    public bool IsArmed { get; internal set; }

    // Links and deadline of the wheel the timer sits in; owned by the loop.
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal long DeadlineMicros;
    internal int Slot;

    public abstract void OnFire();
}
