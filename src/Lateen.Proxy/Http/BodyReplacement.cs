namespace Lateen.Proxy.Http;

/// <summary>Bytes that a filter puts in the place of those that pass by. Two buffers, as the second filter reads what the first wrote.</summary>
internal sealed class BodyReplacement
{
    private readonly BodyBuffer[] _buffers = [new(), new()];
    private int _current;
    private bool _isSet;

    public void Set(ReadOnlySpan<byte> bytes)
    {
        _current = 1 - _current;
        BodyBuffer buffer = _buffers[_current];
        buffer.Clear();
        buffer.Append(bytes);
        _isSet = true;
    }

    /// <summary>What goes on after a filter has seen the data.</summary>
    public ReadOnlySpan<byte> After(ReadOnlySpan<byte> data)
    {
        if (!_isSet)
        {
            return data;
        }

        _isSet = false;
        return _buffers[_current].Bytes;
    }

    /// <summary>True once when a filter has put bytes where there were none.</summary>
    public bool TryTake(out ReadOnlySpan<byte> bytes)
    {
        bool taken = _isSet;
        bytes = taken ? _buffers[_current].Bytes : default;
        _isSet = false;
        return taken;
    }

    public void Clear()
    {
        _isSet = false;
        _buffers[0].Clear();
        _buffers[1].Clear();
    }
}
