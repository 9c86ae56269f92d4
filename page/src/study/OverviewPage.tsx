// The answer: whether it holds, the questions with theirs, and what has changed since the study before.

import { Anchor, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Figures, type Report, Tables, Words } from "../kit/Told";
import { Since } from "./Since";
import { StudyFrame } from "./StudyFrame";
import { roomOf } from "./rooms";

export default function OverviewPage(): ReactNode {
  return (
    <StudyFrame title="Overview" about="Whether what is signed is enough for the work that has to be done, where and when it is not, and what to do about it.">
      {(report, standing) => (
        <Stack gap="lg">
          <Answer report={report} />
          {standing.study && standing.before && <Since report={report} study={standing.study} before={standing.before} />}
          <Figures report={report} ids={["supply"]} />
          <Questions report={report} />
          <Figures report={report} ids={["shortfall"]} />
          <Tables report={report} ids={["decide-by", "causes", "standards"]} />
        </Stack>
      )}
    </StudyFrame>
  );
}

function Answer({ report }: { report: Report }): ReactNode {
  return (
    <Card withBorder component="section" aria-label="The answer">
      <Text c="dimmed" size="sm">
        {report.title}. {report.known}
      </Text>
      {report.verdict && (
        <Text className={`verdict ${report.verdict.tone}`} component="p">
          {report.verdict.word}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="lg">
        {report.keys.map((key) => (
          <div key={key.name}>
            <Text size="xs" c="dimmed">
              {key.name}
            </Text>
            <Text fz={22} fw={600} component="div" className="num">
              <Words html={key.number} />
            </Text>
            <Text size="xs" c="dimmed">
              {key.unit}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Card>
  );
}

function Questions({ report }: { report: Report }): ReactNode {
  return (
    <Stack component="section" gap="sm" aria-label="The questions">
      <Title order={2}>The questions</Title>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {report.questions.map((question) => (
          <Card key={question.asks} withBorder component="article">
            <Title order={3} fz="md">
              {question.asks}
            </Title>
            <Text size="xs" c="dimmed" mb={6}>
              asked by {question.who}
            </Text>
            <Words html={question.answer} />
            <See report={report} ids={question.see} />
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/// Where the figures are that show an answer.
function See({ report, ids }: { report: Report; ids: string[] }): ReactNode {
  const found = report.figures.filter((shown) => ids.includes(shown.id));
  return (
    <Group gap="xs" mt="sm">
      {found.map((shown) => (
        <Anchor key={shown.id} component={Link} to={roomOf(shown.id)} hash={`fig-${shown.id}`} size="xs">
          {shown.title}
        </Anchor>
      ))}
    </Group>
  );
}
