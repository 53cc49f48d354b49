namespace Lateen.Engine.Http2;

/// <summary>
/// What a peer may do that costs us work and brings nobody anything: each frame of that kind spends one, time gives back, and so does
/// every frame that does bring something.
/// </summary>
internal struct GlitchBudget(int limit, int forgivenPerSecond)
{
    private const long MicrosPerSecond = 1_000_000;

    private long _spent;
    private long _lastMicros;

    /// <summary>False when the budget is used up.</summary>
    public bool TrySpend(long nowMicros)
    {
        long forgiven = (nowMicros - _lastMicros) * forgivenPerSecond / MicrosPerSecond;
        if (forgiven > 0)
        {
            _spent = Math.Max(0, _spent - forgiven);
            _lastMicros = nowMicros;
        }

        return ++_spent <= limit;
    }

    /// <summary>The same for several at once.</summary>
    public bool TrySpend(long nowMicros, int count)
    {
        bool left = true;
        for (; left && count > 0; count--)
        {
            left = TrySpend(nowMicros);
        }

        return left;
    }

    public void Earn()
    {
        if (_spent > 0)
        {
            _spent--;
        }
    }
}
