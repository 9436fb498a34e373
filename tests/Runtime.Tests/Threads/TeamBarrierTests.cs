using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Threads;

public sealed class TeamBarrierTests
{
    [Theory]
    [InlineData(2, 20_000)]
    [InlineData(3, 5_000)]
    [InlineData(4, 3_000)]
    [InlineData(7, 1_000)]
    [InlineData(24, 300)]
    public void No_worker_passes_before_all_have_arrived_and_all_see_what_was_written(int workers, int rounds)
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(workers);
            // Plain memory: it is the barrier that must make it visible.
            var written = new int[workers * 32];
            team.Run(new WorkerTeamTests.Work((worker, barrier) =>
            {
                for (int round = 1; round <= rounds; round++)
                {
                    written[worker * 32] = round;
                    barrier.Wait();
                    for (int other = 0; other < workers; other++)
                    {
                        if (written[other * 32] != round)
                            throw new InvalidDataException($"In round {round} worker {worker} sees {written[other * 32]} of worker {other}.");
                    }
                    barrier.Wait();
                }
            }));
            for (int worker = 0; worker < workers; worker++)
                written[worker * 32].ShouldBe(rounds);
        });
    }

    [Fact]
    public void Workers_that_arrive_late_find_the_others_parked_and_wake_them()
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(4);
            int passed = 0;
            team.Run(new WorkerTeamTests.Work((worker, barrier) =>
            {
                for (int round = 0; round < 40; round++)
                {
                    if (round % 4 == worker)
                        Thread.Sleep(3);
                    barrier.Wait();
                }
                Interlocked.Increment(ref passed);
            }));
            passed.ShouldBe(4);
        });
    }

    [Fact]
    public void Several_oversubscribed_teams_run_beside_each_other()
    {
        Hang.Fails(() =>
        {
            long total = 0;
            Thread[] callers = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                using var team = new WorkerTeam(4);
                for (int run = 0; run < 100; run++)
                {
                    team.Run(new WorkerTeamTests.Work((_, barrier) =>
                    {
                        for (int round = 0; round < 5; round++)
                            barrier.Wait();
                        Interlocked.Increment(ref total);
                    }));
                }
            })).ToArray();
            foreach (Thread caller in callers)
                caller.Start();
            foreach (Thread caller in callers)
                caller.Join();
            total.ShouldBe(4 * 4 * 100);
        });
    }

    [Fact]
    public void A_barrier_works_for_threads_that_are_no_team()
    {
        Hang.Fails(() =>
        {
            var barrier = new TeamBarrier(3);
            int arrived = 0, early = 0;
            Thread[] threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                for (int round = 1; round <= 1000; round++)
                {
                    Interlocked.Increment(ref arrived);
                    barrier.Wait();
                    if (Volatile.Read(ref arrived) < 3 * round)
                        Interlocked.Increment(ref early);
                    barrier.Wait();
                }
            })).ToArray();
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            arrived.ShouldBe(3000);
            early.ShouldBe(0);
        });
    }

    [Fact]
    public void A_barrier_of_one_never_waits_and_one_of_none_is_refused()
    {
        var barrier = new TeamBarrier(1);
        Hang.Fails(() =>
        {
            for (int i = 0; i < 1000; i++)
                barrier.Wait();
        });
        barrier.Workers.ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => new TeamBarrier(0));
    }
}
