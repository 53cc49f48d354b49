namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;

public sealed class ReadyQueueTests
{
    [Fact]
    public void A_descriptor_waits_once_and_gathers_its_events()
    {
        var queue = new ReadyQueue();

        queue.Add(7, 1, 0b01);
        queue.Add(9, 2, 0b01);
        queue.Add(7, 1, 0b10);

        Assert.Equal(2, queue.Count);
        Assert.Equal((7, 1u, 0b11u), queue.Take());
        Assert.Equal((9, 2u, 0b01u), queue.Take());
    }

    [Fact]
    public void A_descriptor_that_changed_its_owner_while_it_waited_loses_no_event_of_the_new_owner()
    {
        var queue = new ReadyQueue();

        queue.Add(7, 1, 0b01);
        queue.Add(7, 2, 0b10);

        Assert.Equal((7, 1u, 0u), queue.Take());
        Assert.Equal((7, 2u, 0b10u), queue.Take());
    }

    [Fact]
    public void A_thousand_descriptors_come_out_in_the_order_in_which_they_went_in()
    {
        var queue = new ReadyQueue();
        for (int fd = 0; fd < 100; fd++)
        {
            queue.Add(fd, 1, 1);
            queue.Take();
        }

        for (int fd = 0; fd < 1000; fd++)
        {
            queue.Add(fd, 1, 1);
        }

        for (int fd = 0; fd < 1000; fd++)
        {
            Assert.Equal(fd, queue.Take().Descriptor);
        }
    }
}
