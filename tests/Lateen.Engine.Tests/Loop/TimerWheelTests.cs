namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(63_000)]
    [InlineData(64_000)]
    [InlineData(64_001)]
    [InlineData(4_096_000)]
    [InlineData(300_000_000)]
    [InlineData(3_600_000_000)]
    [InlineData(86_400_000_000)]
    public void A_timer_fires_at_its_millisecond_and_never_early(long delayMicros)
    {
        foreach (long start in new[] { 0L, 63_000, 123_456_789, 9_999_999_000 })
        {
            var wheel = new TimerWheel(start);
            int fired = 0;
            wheel.Arm(new DelegateTimer(() => fired++), start + delayMicros);

            wheel.Fire(start + delayMicros - 1);
            Assert.Equal(0, fired);
            wheel.Fire(start + delayMicros + 1000);

            Assert.Equal(1, fired);
            Assert.Equal(0, wheel.Count);
            Assert.Equal(long.MaxValue, wheel.NextWakeMicros());
        }
    }

    [Fact]
    public void Timers_behave_as_a_sorted_list_would()
    {
        var random = new LoopRandom(7);
        long now = 5_000;
        var wheel = new TimerWheel(now);
        var due = new Dictionary<LoopTimer, long>();
        var fired = new List<LoopTimer>();
        LoopTimer[] timers = [.. Enumerable.Range(0, 500).Select(_ => (LoopTimer)new RecordingTimer(fired))];

        for (int step = 0; step < 20_000; step++)
        {
            LoopTimer timer = timers[random.Next(timers.Length)];
            if (random.Next(4) == 0)
            {
                wheel.Disarm(timer);
                due.Remove(timer);
            }
            else
            {
                long deadline = now + (1000L << random.Next(20));
                wheel.Arm(timer, deadline);
                due[timer] = deadline;
            }

            now += 1000L * random.Next(50);
            fired.Clear();
            wheel.Fire(now);
            foreach (LoopTimer one in fired)
            {
                Assert.True(due.Remove(one, out long deadline) && deadline <= now);
            }

            Assert.DoesNotContain(due.Values, deadline => deadline <= now);
            Assert.Equal(due.Count, wheel.Count);
            Assert.True(due.Count == 0 || wheel.NextWakeMicros() <= due.Values.Min() + 1000);
        }
    }

    [Fact]
    public void A_timer_armed_in_a_callback_fires_later_even_without_delay()
    {
        var wheel = new TimerWheel(0);
        int fired = 0;
        DelegateTimer? again = null;
        again = new DelegateTimer(() =>
        {
            if (++fired < 3 && again is not null)
            {
                wheel.Arm(again, 0);
            }
        });
        wheel.Arm(again, 0);

        wheel.Fire(1000);
        Assert.Equal(1, fired);
        wheel.Fire(2000);
        wheel.Fire(3000);

        Assert.Equal(3, fired);
        Assert.False(again.IsArmed);
    }

    [Fact]
    public void Timers_of_one_millisecond_fire_in_the_order_of_arming()
    {
        var wheel = new TimerWheel(0);
        var fired = new List<LoopTimer>();
        LoopTimer[] timers = [.. Enumerable.Range(0, 10).Select(_ => (LoopTimer)new RecordingTimer(fired))];
        foreach (LoopTimer timer in timers)
        {
            wheel.Arm(timer, 500_000);
        }

        wheel.Fire(500_000);

        Assert.Equal(timers, fired);
    }

    [Fact]
    public void Moving_a_timer_forgets_its_first_deadline()
    {
        var wheel = new TimerWheel(0);
        int fired = 0;
        var timer = new DelegateTimer(() => fired++);
        wheel.Arm(timer, 5_000);

        wheel.Arm(timer, 9_000);
        wheel.Fire(8_000);
        Assert.Equal(0, fired);
        wheel.Fire(9_000);

        Assert.Equal(1, fired);
    }

    private sealed class RecordingTimer(List<LoopTimer> fired) : LoopTimer
    {
        public override void OnFire() => fired.Add(this);
    }
}
