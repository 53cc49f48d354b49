namespace Lateen.Control.Tests.Ads;

using Lateen.Control.Ads;

public sealed class DebouncerTests
{
    private readonly ManualClock clock = new();
    private readonly List<int> fired = [];

    [Fact]
    public void Changes_are_gathered_until_a_tenth_of_a_second_is_quiet()
    {
        using Debouncer debouncer = new(clock, (_, changes) => fired.Add(changes));

        debouncer.Changed();
        clock.Advance(TimeSpan.FromMilliseconds(99));
        debouncer.Changed();
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Empty(fired);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([2], fired);
    }

    [Fact]
    public void A_change_waits_ten_seconds_at_most()
    {
        using Debouncer debouncer = new(clock, (_, changes) => fired.Add(changes));

        for (int i = 0; i < 200; i++)
        {
            debouncer.Changed();
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Single(fired);
    }
}
