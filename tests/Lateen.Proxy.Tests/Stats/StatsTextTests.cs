namespace Lateen.Proxy.Tests.Stats;

using Lateen.Proxy.Stats;

public sealed class StatsTextTests
{
    [Fact]
    public void A_cluster_counter_has_its_cluster_as_a_label_in_Prometheus_and_in_its_name_in_Envoy()
    {
        var store = new StatsStore();
        store.Counter(StatName.Cluster("outbound|80||a.b", "upstream_rq_2xx")).Add(3);

        Assert.Contains(
            "envoy_cluster_upstream_rq_xx{response_code_class=\"2\",cluster_name=\"outbound|80||a.b\"} 3\n", StatsText.Prometheus(store));
        Assert.Contains("cluster.outbound|80||a.b.upstream_rq_2xx: 3\n", StatsText.Envoy(store));
    }

    [Fact]
    public void Asking_twice_for_a_name_gives_the_same_counter()
    {
        var store = new StatsStore();

        Assert.Same(store.Counter("cluster.a.upstream_rq_total"), store.Counter("cluster.a.upstream_rq_total"));
    }

    [Fact]
    public void Histogram_buckets_are_cumulative_and_end_with_all_observations()
    {
        var store = new StatsStore();
        Histogram histogram = store.Histogram(StatName.Istio("istio_request_duration_milliseconds", [new("reporter", "source")]));
        histogram.Record(0);
        histogram.Record(7);
        histogram.Record(4_000_000);

        string text = StatsText.Prometheus(store);

        Assert.Contains("# TYPE istio_request_duration_milliseconds histogram\n", text);
        Assert.Contains("istio_request_duration_milliseconds_bucket{reporter=\"source\",le=\"0.5\"} 1\n", text);
        Assert.Contains("istio_request_duration_milliseconds_bucket{reporter=\"source\",le=\"10\"} 2\n", text);
        Assert.Contains("istio_request_duration_milliseconds_bucket{reporter=\"source\",le=\"3600000\"} 2\n", text);
        Assert.Contains("istio_request_duration_milliseconds_bucket{reporter=\"source\",le=\"+Inf\"} 3\n", text);
        Assert.Contains("istio_request_duration_milliseconds_sum{reporter=\"source\"} 4000007\n", text);
    }

    [Fact]
    public void Increments_from_claimed_and_unclaimed_threads_add_up()
    {
        var store = new StatsStore(workers: 2);
        Counter counter = store.Counter("server.x");
        var threads = new List<Thread>();
        for (int worker = 0; worker < 2; worker++)
        {
            int index = worker;
            threads.Add(new Thread(() =>
            {
                StatsStore.ClaimWorkerThread(index);
                for (int i = 0; i < 10_000; i++)
                {
                    counter.Increment();
                }
            }));
        }

        threads.ForEach(thread => thread.Start());
        counter.Add(5);
        threads.ForEach(thread => thread.Join());

        Assert.Equal(20_005, counter.Value);
    }

    [Fact]
    public void Incrementing_and_recording_allocate_nothing()
    {
        var store = new StatsStore();
        Counter counter = store.Counter("server.a");
        Histogram histogram = store.Histogram("server.b");
        counter.Increment();
        histogram.Record(3);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            counter.Increment();
            histogram.Record(i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
