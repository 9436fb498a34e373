using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Threads;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(13)]
    public void Every_run_executes_every_worker_once_and_the_caller_is_worker_0(int workers)
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(workers);
            team.Workers.ShouldBe(workers);
            var counts = new int[workers];
            var threads = new Thread[workers];
            var work = new Work((worker, barrier) =>
            {
                barrier.Workers.ShouldBe(workers);
                counts[worker]++;
                threads[worker] = Thread.CurrentThread;
            });
            for (int run = 0; run < 3000; run++)
            {
                team.Run(work);
                if (run % 500 == 0)
                    Thread.Sleep(2); // Long enough for the workers to park.
            }
            counts.ShouldAllBe(count => count == 3000);
            threads[0].ShouldBe(Thread.CurrentThread);
            threads.Distinct().Count().ShouldBe(workers);
        });
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 3)]
    public void A_failed_worker_releases_the_others_and_its_exception_reaches_the_caller(int workers, int failing)
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(workers);
            var sums = new long[workers];
            for (int run = 0; run < 200; run++)
            {
                var failure = new InvalidDataException($"run {run}");
                var broken = new Work((worker, barrier) =>
                {
                    for (int round = 0; round < 10; round++)
                    {
                        if (worker == failing && round == run % 10)
                            throw failure;
                        barrier.Wait();
                    }
                });
                Should.Throw<InvalidDataException>(() => team.Run(broken)).ShouldBeSameAs(failure);

                team.Run(new Work((worker, barrier) =>
                {
                    barrier.Wait();
                    sums[worker] += run;
                    barrier.Wait();
                }));
            }
            sums.ShouldAllBe(sum => sum == 199 * 200 / 2);
        });
    }

    [Fact]
    public void When_all_workers_fail_one_of_their_exceptions_is_thrown()
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(3);
            for (int run = 0; run < 100; run++)
            {
                Should.Throw<InvalidDataException>(() => team.Run(new Work((worker, _) => throw new InvalidDataException($"worker {worker}"))))
                    .Message.ShouldStartWith("worker ");
            }
        });
    }

    [Fact]
    public void A_team_of_one_uses_no_thread_and_passes_exceptions_on()
    {
        using var team = new WorkerTeam(1);
        Thread? thread = null;
        team.Run(new Work((_, barrier) =>
        {
            barrier.Wait();
            thread = Thread.CurrentThread;
        }));
        thread.ShouldBe(Thread.CurrentThread);
        Should.Throw<InvalidDataException>(() => team.Run(new Work((_, _) => throw new InvalidDataException())));
        team.Run(new Work((_, _) => thread = null));
        thread.ShouldBeNull();
    }

    [Fact]
    public void Runs_within_runs_and_beside_runs_are_refused()
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(2);
            var refused = new List<string>();
            team.Run(new Work((worker, barrier) =>
            {
                if (worker == 1)
                    refused.Add(Should.Throw<InvalidOperationException>(() => team.Run(new Work((_, _) => { }))).Message);
                barrier.Wait();
                if (worker == 0)
                    refused.Add(Should.Throw<InvalidOperationException>(() => team.Run(new Work((_, _) => { }))).Message);
            }));
            refused.Count.ShouldBe(2);
            refused.ShouldAllBe(message => message == "This team of workers is running already: it does one piece of work at a time.");
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Dispose_joins_the_threads_whether_they_spin_or_park(int pauseMilliseconds)
    {
        Hang.Fails(() =>
        {
            var team = new WorkerTeam(4);
            var threads = new Thread[4];
            team.Run(new Work((worker, _) => threads[worker] = Thread.CurrentThread));
            Thread.Sleep(pauseMilliseconds);
            team.Dispose();
            threads.Select(thread => thread.IsAlive).ShouldBe([true, false, false, false]);
            team.Dispose();
            Should.Throw<ObjectDisposedException>(() => team.Run(new Work((_, _) => { })));
        });
    }

    [Fact]
    public void A_team_that_never_ran_can_be_disposed()
    {
        Hang.Fails(() =>
        {
            for (int i = 0; i < 50; i++)
                new WorkerTeam(3).Dispose();
        });
    }

    [Fact]
    public void Dispose_during_a_run_lets_it_finish_and_then_ends_the_threads()
    {
        Hang.Fails(() =>
        {
            var team = new WorkerTeam(2);
            var threads = new Thread[2];
            bool finished = false;
            team.Run(new Work((worker, barrier) =>
            {
                threads[worker] = Thread.CurrentThread;
                if (worker == 1)
                    team.Dispose();
                barrier.Wait();
                finished = true;
            }));
            finished.ShouldBeTrue();
            threads[1].IsAlive.ShouldBeFalse();
            Should.Throw<ObjectDisposedException>(() => team.Run(new Work((_, _) => { })));
        });
    }

    [Fact]
    public void The_threads_of_a_forgotten_team_end()
    {
        Hang.Fails(() =>
        {
            Thread worker = Forget();
            while (worker.IsAlive)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(1);
            }
        });

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static Thread Forget()
        {
            Thread[] threads = new Thread[2];
            new WorkerTeam(2).Run(new Work((worker, _) => threads[worker] = Thread.CurrentThread));
            return threads[1];
        }
    }

    [Fact]
    public void An_interruption_of_the_caller_waits_until_the_run_is_over()
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(2);
            Thread caller = Thread.CurrentThread;
            bool finished = false;
            team.Run(new Work((worker, _) =>
            {
                if (worker == 0)
                    return;
                while ((caller.ThreadState & ThreadState.WaitSleepJoin) == 0)
                    Thread.Yield();
                caller.Interrupt();
                Thread.Sleep(20);
                finished = true;
            }));
            finished.ShouldBeTrue();
            Should.Throw<ThreadInterruptedException>(() => Thread.Sleep(60_000));
        });
    }

    [Fact]
    public void No_thread_allocates_in_a_run_whether_it_spins_or_parks()
    {
        Hang.Fails(() =>
        {
            using var team = new WorkerTeam(3);
            var allocated = new long[3];
            var before = new long[3];
            var work = new Work((worker, barrier) =>
            {
                barrier.Wait();
                allocated[worker] = GC.GetAllocatedBytesForCurrentThread();
                barrier.Wait();
            });
            Repeat(100);
            allocated.CopyTo(before, 0);
            Repeat(1000);
            allocated.ShouldBe(before);

            void Repeat(int runs)
            {
                for (int run = 0; run < runs; run++)
                {
                    team.Run(work);
                    if (run % 50 == 0)
                        Thread.Sleep(1);
                }
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(WorkerTeam.MaximumWorkers + 1)]
    public void A_team_of_no_workers_or_too_many_is_refused(int workers)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new WorkerTeam(workers));
    }

    internal sealed class Work(Action<int, TeamBarrier> execute) : ITeamWork
    {
        public void Execute(int worker, TeamBarrier barrier)
        {
            execute(worker, barrier);
        }
    }
}
