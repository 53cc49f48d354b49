namespace Lateen.Engine.Loop;

using System.Numerics;

/// <summary>
/// A hierarchical timer wheel: six levels of 64 slots, one millisecond at the lowest, two years in all. Arming and disarming cost the
/// same with one timer or a million; a bitmap per level tells when to wake, so an idle loop has no tick.
/// </summary>
internal sealed class TimerWheel
{
    private const int LevelBits = 6;
    private const int Slots = 1 << LevelBits;
    private const int SlotMask = Slots - 1;
    private const int Levels = 6;
    private const long MaxDelayTicks = (1L << (LevelBits * Levels)) - 1;
    private const long MicrosPerTick = 1000;
    private const int NotInWheel = -1;

    private readonly LoopTimer?[] _heads = new LoopTimer?[Slots * Levels];
    private readonly ulong[] _occupied = new ulong[Levels];

    // Every armed timer is due later than this tick.
    private long _currentTick;

    public TimerWheel(long nowMicros)
    {
        _currentTick = nowMicros / MicrosPerTick;
    }

    public int Count { get; private set; }

    public void Arm(LoopTimer timer, long deadlineMicros)
    {
        Disarm(timer);
        timer.DeadlineMicros = deadlineMicros;
        timer.IsArmed = true;
        Count++;
        Insert(timer);
    }

    public void Disarm(LoopTimer timer)
    {
        if (!timer.IsArmed)
        {
            return;
        }

        Unlink(timer);
        timer.IsArmed = false;
        Count--;
    }

    /// <summary>When the wheel next wants <see cref="Fire"/>; at or before the earliest deadline. Long.MaxValue when it is empty.</summary>
    public long NextWakeMicros()
    {
        return TryFindNext(out _, out _, out long tick) ? tick * MicrosPerTick : long.MaxValue;
    }

    /// <summary>Fires what is due. A timer that is armed inside a callback fires in a later call at the earliest.</summary>
    public void Fire(long nowMicros)
    {
        long nowTick = nowMicros / MicrosPerTick;
        while (TryFindNext(out int level, out int slot, out long tick) && tick <= nowTick)
        {
            _currentTick = tick;
            int index = (level * Slots) + slot;
            if (level == 0)
            {
                FireSlot(index);
            }
            else
            {
                Cascade(index);
            }
        }

        _currentTick = Math.Max(_currentTick, nowTick);
    }

    private void FireSlot(int index)
    {
        // Re-arming inside a callback never lands in this slot: its tick is later and within the next 63.
        while (_heads[index] is { } timer)
        {
            Unlink(timer);
            timer.IsArmed = false;
            Count--;
            timer.OnFire();
        }
    }

    private void Cascade(int index)
    {
        while (_heads[index] is { } timer)
        {
            Unlink(timer);

            // The slot begins at the current tick, and a timer due exactly then belongs to the level 0 slot of this tick.
            InsertAt(timer, TickOf(timer));
        }
    }

    private void Insert(LoopTimer timer) => InsertAt(timer, Math.Max(TickOf(timer), _currentTick + 1));

    private void InsertAt(LoopTimer timer, long tick)
    {
        long bounded = Math.Clamp(tick, _currentTick, _currentTick + MaxDelayTicks);
        int level = LevelOf(bounded);
        int slot = (int)(bounded >> (level * LevelBits)) & SlotMask;
        Link(timer, (level * Slots) + slot);
        _occupied[level] |= 1UL << slot;
    }

    // The level is that of the highest bit in which the deadline and the present differ.
    private int LevelOf(long tick)
    {
        ulong difference = (ulong)(tick ^ _currentTick);
        int level = difference == 0 ? 0 : BitOperations.Log2(difference) / LevelBits;
        return Math.Min(level, Levels - 1);
    }

    private bool TryFindNext(out int level, out int slot, out long tick)
    {
        for (level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
            {
                continue;
            }

            int shift = level * LevelBits;
            int present = (int)(_currentTick >> shift) & SlotMask;
            int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, present));
            slot = (present + ahead) & SlotMask;
            long block = (_currentTick >> shift) + ahead;
            tick = Math.Max(block << shift, _currentTick);
            return true;
        }

        slot = 0;
        tick = 0;
        return false;
    }

    private static long TickOf(LoopTimer timer) => (timer.DeadlineMicros + MicrosPerTick - 1) / MicrosPerTick;

    // A slot is a circular list, so that timers of one slot keep the order in which they were armed.
    private void Link(LoopTimer timer, int index)
    {
        timer.Slot = index;
        if (_heads[index] is { Previous: { } tail } head)
        {
            timer.Next = head;
            timer.Previous = tail;
            tail.Next = timer;
            head.Previous = timer;
        }
        else
        {
            timer.Next = timer;
            timer.Previous = timer;
            _heads[index] = timer;
        }
    }

    private void Unlink(LoopTimer timer)
    {
        int index = timer.Slot;
        if (timer.Next is { } next && timer.Previous is { } previous && next != timer)
        {
            previous.Next = next;
            next.Previous = previous;
            if (_heads[index] == timer)
            {
                _heads[index] = next;
            }
        }
        else
        {
            _heads[index] = null;
            _occupied[index >> LevelBits] &= ~(1UL << (index & SlotMask));
        }

        timer.Next = null;
        timer.Previous = null;
        timer.Slot = NotInWheel;
    }
}
